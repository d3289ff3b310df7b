-- The day of a task's next reminder ahead of its due date; time asks for it every day.
alter table task add column remind_on date;
create index task_open_by_reminder on task (remind_on) where open and remind_on is not null;
