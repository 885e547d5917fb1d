SELECT seq, whole_seq = seq FROM projection_cursor WHERE name = 'read'
