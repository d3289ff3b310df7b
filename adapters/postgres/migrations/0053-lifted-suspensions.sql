-- A suspension of what never was granted leaves no standing when it is lifted; the change itself stays in standing_change.
grant delete on standing to gongshu_app;
