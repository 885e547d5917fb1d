// Whether the list of all that waits is open: a button and a command do it.
export const waits = $state({ open: false });
