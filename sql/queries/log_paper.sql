-- Whether a number of paper was entered before, however long ago. $1 number, such as 20261124-990017
SELECT EXISTS (SELECT FROM event_row WHERE command = 'paper.enter' AND strpos(data, '"number":"' || $1::text || '"') > 0)
