"""PostgreSQL: the only room that speaks SQL. One file per noun, beside `server`, `tables` and `reports`."""
