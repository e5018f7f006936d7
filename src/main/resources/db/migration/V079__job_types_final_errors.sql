-- Which exceptions no retry can mend, where operators say so; null: as the handler says.
alter table job_types add column final_errors text[];
