SELECT seq FROM projection_cursor WHERE name = 'read'
