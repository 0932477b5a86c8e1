-- +goose Up
-- cited_as is catalog.CitedAs as JSON: what the dataset was called when it was
-- cited; '' for citations of before, which are called what their dataset is.
ALTER TABLE citations ADD COLUMN cited_as TEXT NOT NULL DEFAULT '';
