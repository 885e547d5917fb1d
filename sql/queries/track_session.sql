-- Samples may be lost with a crash of the database's machine, so this transaction need not wait for the disk.
SET LOCAL synchronous_commit = off
