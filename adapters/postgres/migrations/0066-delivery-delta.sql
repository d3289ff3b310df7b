-- How a delivered file changes the version before: rows to add, rows in the place of others, or keys of rows to remove, with
-- the columns that name a row. Said when the delivery begins and never changed; absent where the file stands for itself.
alter table delivery add column delta jsonb check (delta is null or (delta ->> 'mode' in ('append', 'upsert', 'delete') and jsonb_typeof(delta -> 'key') = 'array'));
