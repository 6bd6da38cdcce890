package store

import "parley/desk"

func (t *tx) ConnectionsOf(like desk.ID, account string) ([]desk.ID, error) {
	return list(background(), t, scanID, `SELECT o.id FROM connections c JOIN connections o ON o.workspace_id = c.workspace_id AND o.kind = c.kind
WHERE c.id = $1 AND o.account_id = $2 AND o.removed_at = 0 ORDER BY o.id`, like, account)
}
