-- Every place goes; others follow in the same transaction.
DELETE FROM place
