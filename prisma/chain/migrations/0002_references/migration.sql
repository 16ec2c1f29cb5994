-- One index for each reference of a graph: lists that hang on many parents are found parent by parent, in the order of ids.
-- Rows without the reference take no room in it.
CREATE INDEX "entity_version_project_idx" ON "entity_version" ("graph", "entity", (("data" ->> 'project') COLLATE "C"), "id") WHERE ("data" ->> 'project') IS NOT NULL;
