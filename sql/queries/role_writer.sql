SET ROLE tocsin_writer
