SELECT seq, hash FROM access_head
