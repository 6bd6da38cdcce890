-- +goose Up

-- A number is connected once in a workspace. Of those that were connected twice
-- at the same moment, the first stays.
UPDATE channels SET removed_at = created_at
WHERE removed_at = 0 AND EXISTS (
	SELECT 1 FROM channels o
	WHERE o.workspace_id = channels.workspace_id AND o.kind = channels.kind AND o.external_id = channels.external_id
		AND o.removed_at = 0 AND o.id < channels.id
);
CREATE UNIQUE INDEX channels_in_use ON channels (workspace_id, kind, external_id) WHERE removed_at = 0;
