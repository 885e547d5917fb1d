-- Keeps the projector of a server out until the end of the transaction, in the order in which it takes its tables.
LOCK TABLE incident, unit, assignment, report IN SHARE ROW EXCLUSIVE MODE
