"""PostgreSQL: the only room that speaks SQL. One file per noun; `server`, `tables` and `reports` beside them."""
