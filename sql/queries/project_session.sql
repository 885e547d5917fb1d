-- Read tables can be rebuilt, so this transaction need not wait for the disk.
SET LOCAL synchronous_commit = off
