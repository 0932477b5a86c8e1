-- +goose Up
-- What is left of uploads and versions whose bytes were removed: when, by whom
-- and why. purged_at is 0 while the bytes are there.
ALTER TABLE uploads ADD COLUMN purged_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE uploads ADD COLUMN purged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE uploads ADD COLUMN purge_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN purged_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN purged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN purge_reason TEXT NOT NULL DEFAULT '';
