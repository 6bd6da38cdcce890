package store

import (
	"cmp"
	"context"
	"slices"

	"parley/desk"
)

const selectContact = "SELECT id, workspace_id, name, profile, username, note, marketing, marketing_at, merged_into, created_at, version FROM contacts"

func scanContact(r row) (c desk.Contact, err error) {
	err = r.Scan(&c.ID, &c.Workspace, &c.Name, &c.Profile, &c.Username, &c.Note, &c.Marketing, at{&c.MarketingAt}, &c.MergedInto, at{&c.CreatedAt}, &c.Version)
	return c, err
}

const selectIdentity = "SELECT id, workspace_id, contact_id, kind, scope, value, retired, created_at FROM identities"

func scanIdentity(r row) (i desk.Identity, err error) {
	err = r.Scan(&i.ID, &i.Workspace, &i.Contact, &i.Kind, &i.Scope, &i.Value, &i.Retired, at{&i.CreatedAt})
	return i, err
}

// Contact returns a contact with its addresses, or CodeNotFound. Who sees only
// some channels sees the contacts who have a conversation there.
func (s *Store) Contact(ctx context.Context, scope desk.Scope, id desk.ID) (desk.ContactRow, error) {
	rows, err := s.contactRows(ctx, []desk.ID{id})
	if err != nil {
		return desk.ContactRow{}, err
	}
	if len(rows) == 0 || rows[0].Contact.Workspace != scope.Workspace {
		return desk.ContactRow{}, notFound("The contact")
	}
	if !scope.All {
		if _, ok, err := find(ctx, s.read, scanID, `SELECT id FROM conversations
WHERE contact_id IN (SELECT id FROM contacts WHERE id = $1 UNION SELECT id FROM contacts WHERE merged_into = $1 AND merged_into <> 0)
	AND channel_id = ANY($2) AND deleted_at = 0 LIMIT 1`, id, scope.Channels); err != nil || !ok {
			return desk.ContactRow{}, cmp.Or(err, notFound("The contact"))
		}
	}
	return rows[0], nil
}

// contactRows returns the contacts that exist, in the order of ids.
func (s *Store) contactRows(ctx context.Context, ids []desk.ID) ([]desk.ContactRow, error) {
	contacts, err := list(ctx, s.read, scanContact, selectContact+" WHERE id = ANY($1)", ids)
	if err != nil {
		return nil, err
	}
	identities, err := list(ctx, s.read, scanIdentity, selectIdentity+" WHERE contact_id = ANY($1) ORDER BY contact_id, id", ids)
	if err != nil {
		return nil, err
	}
	of := map[desk.ID][]desk.Identity{}
	for _, i := range identities {
		of[i.Contact] = append(of[i.Contact], i)
	}
	rows := make([]desk.ContactRow, len(contacts))
	for i, c := range contacts {
		rows[i] = desk.ContactRow{Contact: c, Identities: of[c.ID]}
	}
	arrange(rows, ids, func(r desk.ContactRow) desk.ID { return r.Contact.ID })
	return rows, nil
}

// arrange puts rows into the order of ids.
func arrange[T any](rows []T, ids []desk.ID, id func(T) desk.ID) {
	place := make(map[desk.ID]int, len(ids))
	for i, v := range ids {
		place[v] = i
	}
	slices.SortStableFunc(rows, func(a, b T) int { return cmp.Compare(place[id(a)], place[id(b)]) })
}

func (t *tx) LockContact(id desk.ID) (desk.Contact, error) {
	return one(background(), t, "The contact", scanContact, selectContact+" WHERE id = $1 FOR UPDATE", id)
}

// LockIdentities locks in the order of kind, scope and value, as every
// transaction does.
func (t *tx) LockIdentities(workspace desk.ID, keys []desk.Identity) ([]desk.Identity, error) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b desk.Identity) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Value, b.Value))
	})
	var found []desk.Identity
	for n, k := range keys {
		if n > 0 && k.Kind == keys[n-1].Kind && k.Scope == keys[n-1].Scope && k.Value == keys[n-1].Value {
			continue
		}
		i, ok, err := find(background(), t, scanIdentity,
			selectIdentity+" WHERE workspace_id = $1 AND kind = $2 AND scope = $3 AND value = $4 FOR UPDATE", workspace, string(k.Kind), k.Scope, k.Value)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, i)
		}
	}
	return found, nil
}

// standsFor lists the contact $1 and those that it was merged into, step by step.
const standsFor = `WITH RECURSIVE line (id, next) AS (
	SELECT id, merged_into FROM contacts WHERE id = $1
	UNION SELECT c.id, c.merged_into FROM contacts c JOIN line l ON c.id = l.next
) `

func (t *tx) Identities(contact desk.ID) ([]desk.Identity, error) {
	return list(background(), t, scanIdentity, standsFor+selectIdentity+" WHERE contact_id IN (SELECT id FROM line) ORDER BY id", contact)
}

func (t *tx) addContact(c desk.Contact) error {
	t.contactChanged(c.Workspace, c.ID)
	return t.run(`INSERT INTO contacts (id, workspace_id, name, profile, username, note, marketing, marketing_at, merged_into, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)`,
		c.ID, c.Workspace, c.Name, c.Profile, c.Username, c.Note, c.Marketing, us(c.MarketingAt), c.MergedInto, us(c.CreatedAt))
}

func (t *tx) setContact(c desk.Contact) error {
	t.contactChanged(c.Workspace, c.ID)
	if c.MergedInto != 0 {
		t.contactChanged(c.Workspace, c.MergedInto)
	}
	return set(background(), t, "The contact", `UPDATE contacts
SET name = $2, profile = $3, username = $4, note = $5, marketing = $6, marketing_at = $7, merged_into = $8, version = version + 1 WHERE id = $1`,
		c.ID, c.Name, c.Profile, c.Username, c.Note, c.Marketing, us(c.MarketingAt), c.MergedInto)
}

func (t *tx) addIdentity(i desk.Identity) error {
	t.contactChanged(i.Workspace, i.Contact)
	return t.run(`INSERT INTO identities (id, workspace_id, contact_id, kind, scope, value, retired, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		i.ID, i.Workspace, i.Contact, string(i.Kind), i.Scope, i.Value, i.Retired, us(i.CreatedAt))
}

// setIdentity may move an address from one contact to another; both changed.
func (t *tx) setIdentity(i desk.Identity) error {
	was, err := one(background(), t, "The identity", scanIdentity, selectIdentity+" WHERE id = $1", i.ID)
	if err != nil {
		return err
	}
	t.contactChanged(i.Workspace, was.Contact)
	t.contactChanged(i.Workspace, i.Contact)
	return t.run("UPDATE identities SET contact_id = $2, kind = $3, scope = $4, value = $5, retired = $6 WHERE id = $1",
		i.ID, i.Contact, string(i.Kind), i.Scope, i.Value, i.Retired)
}

func (t *tx) contactChanged(workspace, id desk.ID) {
	t.pending.contacts = append(t.pending.contacts, id)
	t.tell(desk.Change{Workspace: workspace, Kind: desk.ContactChanged, Subject: id})
}
