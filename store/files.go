package store

import (
	"context"
	"time"

	"parley/desk"
)

const fileColumns = `id, workspace_id, channel_id, conversation_id, message_id, uploader_id, state, reason, name, mime, size, hash, thumb,
	width, height, ref, provider_id, provider_till, tries, next_try, created_at, version`

const selectFile = "SELECT " + fileColumns + " FROM files"

func scanFile(r row) (f desk.File, err error) {
	err = r.Scan(&f.ID, &f.Workspace, &f.Channel, &f.Conversation, &f.Message, &f.Uploader, &f.State, &f.Reason, &f.Name, &f.MIME, &f.Size, &f.Hash, &f.Thumb,
		&f.Width, &f.Height, fromJSON{&f.Ref}, &f.ProviderID, at{&f.ProviderTill}, &f.Tries, at{&f.NextTry}, at{&f.CreatedAt}, &f.Version)
	return f, err
}

func (t *tx) LockFile(id desk.ID) (desk.File, error) {
	return one(background(), t, "The file", scanFile, selectFile+" WHERE id = $1 FOR UPDATE", id)
}

func (t *tx) addFile(f desk.File) error {
	ref, err := asJSON(f.Ref)
	if err != nil {
		return err
	}
	if f.State == desk.FilePending {
		t.topics.add(FilesPending)
	}
	return t.run("INSERT INTO files ("+fileColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1)`,
		f.ID, f.Workspace, f.Channel, f.Conversation, f.Message, f.Uploader, string(f.State), f.Reason, f.Name, f.MIME, f.Size, f.Hash, f.Thumb,
		f.Width, f.Height, ref, f.ProviderID, us(f.ProviderTill), f.Tries, us(f.NextTry), us(f.CreatedAt))
}

func (t *tx) setFile(f desk.File) error {
	ref, err := asJSON(f.Ref)
	if err != nil {
		return err
	}
	if f.State == desk.FilePending {
		t.topics.add(FilesPending)
	}
	return set(background(), t, "The file", `UPDATE files
SET channel_id = $2, conversation_id = $3, message_id = $4, state = $5, reason = $6, name = $7, mime = $8, size = $9, hash = $10, thumb = $11,
	width = $12, height = $13, ref = $14, provider_id = $15, provider_till = $16, tries = $17, next_try = $18, version = version + 1
WHERE id = $1`,
		f.ID, f.Channel, f.Conversation, f.Message, string(f.State), f.Reason, f.Name, f.MIME, f.Size, f.Hash, f.Thumb,
		f.Width, f.Height, ref, f.ProviderID, us(f.ProviderTill), f.Tries, us(f.NextTry))
}

// FileByID returns a file that the scope sees, or CodeNotFound. An upload that
// was not sent yet is seen by its uploader only.
func (s *Store) FileByID(ctx context.Context, scope desk.Scope, id desk.ID) (desk.File, error) {
	f, err := one(ctx, s.read, "The file", scanFile, selectFile+" WHERE id = $1", id)
	if err != nil {
		return f, err
	}
	seen := f.Workspace == scope.Workspace && f.Uploader != 0 && f.Uploader == scope.Member
	if f.Channel != 0 {
		if seen, err = s.seen(ctx, scope, f.Conversation); err != nil {
			return desk.File{}, err
		}
	}
	if !seen {
		return desk.File{}, notFound("The file")
	}
	return f, nil
}

// PendingFiles returns the files of a share that are to be fetched now, those due
// first first.
func (s *Store) PendingFiles(ctx context.Context, of desk.Share, now time.Time, limit int) ([]desk.File, error) {
	mine, args := only(of, connectionOfChannel, us(now), limit)
	return list(ctx, s.read, scanFile, selectFile+" WHERE state = 'pending' AND next_try <= $1"+mine+" ORDER BY next_try, id LIMIT $2", args...)
}

// NewestFiles returns the files that were stored last, of all workspaces.
func (s *Store) NewestFiles(ctx context.Context, limit int) ([]desk.File, error) {
	return list(ctx, s.read, scanFile, selectFile+" WHERE state = 'stored' AND hash <> '' ORDER BY id DESC LIMIT $1", limit)
}

// FilesUsed returns those of the hashes under which a workspace's rows name bytes
// or a preview.
func (s *Store) FilesUsed(ctx context.Context, workspace desk.ID, hashes []string) ([]string, error) {
	return list(ctx, s.read, func(r row) (hash string, err error) {
		err = r.Scan(&hash)
		return hash, err
	}, `SELECT hash FROM files WHERE workspace_id = $1 AND hash = ANY($2) AND hash <> ''
UNION SELECT thumb FROM files WHERE workspace_id = $1 AND thumb = ANY($2) AND thumb <> ''`, workspace, hashes)
}
