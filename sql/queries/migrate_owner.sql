SET ROLE tocsin_owner
