package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/desk"
)

const contactColumns = "id, workspace_id, name, profile, username, note, marketing, marketing_at, merged_into, created_at, version"

const selectContact = "SELECT " + contactColumns + " FROM contacts"

func scanContact(r row) (c desk.Contact, err error) {
	err = r.Scan(contactFields(&c)...)
	return c, err
}

func contactFields(c *desk.Contact) []any {
	return []any{&c.ID, &c.Workspace, &c.Name, &c.Profile, &c.Username, &c.Note, &c.Marketing, at{&c.MarketingAt}, &c.MergedInto, at{&c.CreatedAt}, &c.Version}
}

const selectIdentity = "SELECT id, workspace_id, contact_id, kind, scope, value, retired, created_at FROM identities"

func scanIdentity(r row) (i desk.Identity, err error) {
	err = r.Scan(&i.ID, &i.Workspace, &i.Contact, &i.Kind, &i.Scope, &i.Value, &i.Retired, at{&i.CreatedAt})
	return i, err
}

// person lists the contacts that are one with a contact, or with any of several:
// whoever stands for it, and all whom they stand for.
func person(contact string) string {
	return `WITH RECURSIVE line (id, next) AS (
	SELECT id, merged_into FROM contacts WHERE id = ` + contact + `
	UNION SELECT c.id, c.merged_into FROM contacts c JOIN line l ON c.id = l.next
), same (id) AS (
	SELECT id FROM line WHERE next = 0
	UNION SELECT c.id FROM contacts c JOIN same s ON c.merged_into = s.id WHERE c.merged_into <> 0
) SELECT id FROM same`
}

// withMerged adds those whom contacts stand for. Few stand for any, so it costs
// less than the search for each line.
func (s *Store) withMerged(ctx context.Context, contacts []desk.ID) ([]desk.ID, error) {
	all := contacts
	for next := contacts; len(next) > 0; {
		merged, err := list(ctx, s.read, scanID, "SELECT id FROM contacts WHERE merged_into = ANY($1) AND merged_into <> 0", next)
		if err != nil {
			return nil, err
		}
		next = slices.DeleteFunc(merged, func(id desk.ID) bool { return slices.Contains(all, id) })
		all = append(all, next...)
	}
	return all, nil
}

// Contact returns a contact with all addresses of the person, or CodeNotFound. A
// contact that was merged is answered by the one that stands for it. Who sees only
// some channels sees the contacts who have a conversation there.
func (s *Store) Contact(ctx context.Context, scope desk.Scope, id desk.ID) (desk.ContactRow, error) {
	rows, err := s.ContactRows(ctx, scope, []desk.ID{id})
	row, ok := rows[id]
	if err == nil && !ok {
		err = notFound("The contact")
	}
	return row, err
}

// ContactRows returns several, by the ids that were asked for, with as many queries
// as for one.
func (s *Store) ContactRows(ctx context.Context, scope desk.Scope, ids []desk.ID) (map[desk.ID]desk.ContactRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	roots := map[desk.ID]desk.ID{}
	if _, err := list(ctx, s.read, func(r row) (_ struct{}, err error) {
		var asked, root desk.ID
		err = r.Scan(&asked, &root)
		roots[asked] = root
		return struct{}{}, err
	}, `WITH RECURSIVE line (asked, id, next) AS (
	SELECT id, id, merged_into FROM contacts WHERE id = ANY($1) AND workspace_id = $2
	UNION SELECT l.asked, c.id, c.merged_into FROM contacts c JOIN line l ON c.id = l.next
) SELECT asked, id FROM line WHERE next = 0`, ids, scope.Workspace); err != nil {
		return nil, err
	}
	seen := slices.Collect(maps.Values(roots))
	if !scope.All {
		var err error
		if seen, err = list(ctx, s.read, scanID, `WITH RECURSIVE same (root, id) AS (
	SELECT id, id FROM contacts WHERE id = ANY($1)
	UNION SELECT s.root, c.id FROM contacts c JOIN same s ON c.merged_into = s.id WHERE c.merged_into <> 0
) SELECT DISTINCT root FROM same s
WHERE EXISTS (SELECT 1 FROM conversations v WHERE v.contact_id = s.id AND v.channel_id = ANY($2) AND v.deleted_at = 0)`, seen, scope.Channels); err != nil {
			return nil, err
		}
	}
	found, err := s.contactRows(ctx, seen)
	if err != nil {
		return nil, err
	}
	of := map[desk.ID]desk.ContactRow{}
	for _, r := range found {
		of[r.Contact.ID] = r
	}
	rows := map[desk.ID]desk.ContactRow{}
	for asked, root := range roots {
		if r, ok := of[root]; ok {
			rows[asked] = r
		}
	}
	return rows, nil
}

// Contacts returns a page of the people of a workspace, the newest first. Who sees
// only some channels sees those who have a conversation there.
func (s *Store) Contacts(ctx context.Context, scope desk.Scope, p desk.Paging) (desk.Page[desk.ContactRow], error) {
	var page desk.Page[desk.ContactRow]
	before := int64(largest)
	if err := start(p, 'p', &before); err != nil {
		return page, err
	}
	seen, args := "", []any{scope.Workspace, before, p.Limit + 1}
	if !scope.All {
		seen = `AND EXISTS (SELECT 1 FROM conversations v WHERE v.contact_id IN (` + person("o.id") + `) AND v.channel_id = ANY($4) AND v.deleted_at = 0)
`
		args = append(args, scope.Channels)
	}
	ids, err := list(ctx, s.read, scanID, "SELECT o.id FROM contacts o WHERE o.workspace_id = $1 AND o.merged_into = 0 AND o.id < $2 "+seen+"ORDER BY o.id DESC LIMIT $3", args...)
	if err != nil {
		return page, err
	}
	if len(ids) > p.Limit {
		ids = ids[:p.Limit]
		page.NextCursor = cursor('p', int64(ids[p.Limit-1]))
	}
	page.Items, err = s.contactRows(ctx, ids)
	return page, err
}

// contactRows returns the contacts that exist, in the order of ids, each with its
// own addresses and those of the contacts that it stands for.
func (s *Store) contactRows(ctx context.Context, ids []desk.ID) ([]desk.ContactRow, error) {
	var several []desk.ID
	contacts, err := list(ctx, s.read, func(r row) (c desk.Contact, err error) {
		var stands bool
		err = r.Scan(append(contactFields(&c), &stands)...)
		if stands {
			several = append(several, c.ID)
		}
		return c, err
	}, "SELECT "+contactColumns+", EXISTS (SELECT 1 FROM contacts m WHERE m.merged_into = contacts.id AND m.merged_into <> 0) FROM contacts WHERE id = ANY($1)", ids)
	if err != nil {
		return nil, err
	}
	identities, err := list(ctx, s.read, scanIdentity, selectIdentity+" WHERE contact_id = ANY($1) ORDER BY id", ids)
	if err != nil {
		return nil, err
	}
	of := map[desk.ID][]desk.Identity{}
	for _, i := range identities {
		of[i.Contact] = append(of[i.Contact], i)
	}
	if err := s.addressesOfMany(ctx, several, of); err != nil {
		return nil, err
	}
	rows := make([]desk.ContactRow, len(contacts))
	for i, c := range contacts {
		rows[i] = desk.ContactRow{Contact: c, Identities: of[c.ID]}
	}
	arrange(rows, ids, func(r desk.ContactRow) desk.ID { return r.Contact.ID })
	return rows, nil
}

// faces returns of contacts what a list shows: names, the addresses in use, and who
// stands for them. The rest is left out, because reading a column costs more than
// finding the row.
func (s *Store) faces(ctx context.Context, ids []desk.ID) ([]desk.ContactRow, error) {
	var several []desk.ID
	rows, err := list(ctx, s.read, func(r row) (v desk.ContactRow, err error) {
		c := &v.Contact
		var stands bool
		err = r.Scan(&c.ID, &c.Name, &c.Profile, &c.Username, &c.MergedInto, &stands)
		if stands {
			several = append(several, c.ID)
		}
		return v, err
	}, "SELECT id, name, profile, username, merged_into, EXISTS (SELECT 1 FROM contacts m WHERE m.merged_into = contacts.id AND m.merged_into <> 0) FROM contacts WHERE id = ANY($1)", ids)
	if err != nil {
		return nil, err
	}
	of := map[desk.ID][]desk.Identity{}
	if _, err := list(ctx, s.read, func(r row) (_ struct{}, err error) {
		var i desk.Identity
		err = r.Scan(&i.ID, &i.Contact, &i.Kind, &i.Value)
		of[i.Contact] = append(of[i.Contact], i)
		return struct{}{}, err
	}, "SELECT id, contact_id, kind, value FROM identities WHERE contact_id = ANY($1) AND NOT retired", ids); err != nil {
		return nil, err
	}
	if err := s.addressesOfMany(ctx, several, of); err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Identities = of[rows[i].Contact.ID]
	}
	return rows, nil
}

// addressesOfMany replaces the addresses of contacts who stand for others by those
// of all. Few do, and the search for them costs several times what a list without
// it does.
func (s *Store) addressesOfMany(ctx context.Context, ids []desk.ID, of map[desk.ID][]desk.Identity) error {
	if len(ids) == 0 {
		return nil
	}
	for _, id := range ids {
		of[id] = nil
	}
	_, err := list(ctx, s.read, func(r row) (_ struct{}, err error) {
		var contact desk.ID
		var i desk.Identity
		err = r.Scan(&contact, &i.ID, &i.Workspace, &i.Contact, &i.Kind, &i.Scope, &i.Value, &i.Retired, at{&i.CreatedAt})
		of[contact] = append(of[contact], i)
		return struct{}{}, err
	}, `WITH RECURSIVE same (contact, id) AS (
	SELECT id, id FROM contacts WHERE id = ANY($1)
	UNION SELECT s.contact, c.id FROM contacts c JOIN same s ON c.merged_into = s.id WHERE c.merged_into <> 0
) SELECT s.contact, i.id, i.workspace_id, i.contact_id, i.kind, i.scope, i.value, i.retired, i.created_at
FROM same s JOIN identities i ON i.contact_id = s.id ORDER BY i.id`, ids)
	return err
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

func (t *tx) LockContacts(ids []desk.ID) ([]desk.Contact, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if known, ok := t.ahead.unmerged(ids); ok {
		return known, nil
	}
	switch len(ids) {
	case 1: // most have never been merged, and their line is themselves
		c, ok, err := find(background(), t, scanContact, selectContact+" WHERE id = $1 AND merged_into = 0 FOR UPDATE", ids[0])
		if err != nil || ok {
			return []desk.Contact{c}, err
		}
	}
	if !t.session.dialect.locksRows() { // nobody can merge them meanwhile
		all, err := list(background(), t, scanContact, selectContact+" WHERE id = ANY($1) AND merged_into = 0 ORDER BY id", ids)
		if err != nil || len(all) == len(ids) {
			return all, err
		}
	}
	for {
		all, err := list(background(), t, scanContact, `WITH RECURSIVE line (id, next) AS (
	SELECT id, merged_into FROM contacts WHERE id = ANY($1)
	UNION SELECT c.id, c.merged_into FROM contacts c JOIN line l ON c.id = l.next
) `+selectContact+" WHERE id IN (SELECT id FROM line) ORDER BY id FOR UPDATE", ids)
		if err != nil {
			return nil, err
		}
		// Who waited for a lock sees the row as it is now, but the line as it was.
		missing := slices.ContainsFunc(all, func(c desk.Contact) bool {
			return c.MergedInto != 0 && !slices.ContainsFunc(all, func(o desk.Contact) bool { return o.ID == c.MergedInto })
		})
		if !missing {
			return all, nil
		}
	}
}

// LockIdentities locks in the order of kind, scope and value, as every
// transaction does.
func (t *tx) LockIdentities(workspace desk.ID, keys []desk.Identity) ([]desk.Identity, error) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b desk.Identity) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Value, b.Value))
	})
	keys = slices.CompactFunc(keys, func(a, b desk.Identity) bool {
		return a.Kind == b.Kind && a.Scope == b.Scope && a.Value == b.Value
	})
	if known, ok := t.ahead.identities(workspace, keys); ok {
		return known, nil
	}
	return t.identities(workspace, keys, ` ORDER BY kind COLLATE "C", scope COLLATE "C", value COLLATE "C" FOR UPDATE`)
}

// FindIdentities returns those of keys that exist, in no order and without a lock.
func (t *tx) FindIdentities(workspace desk.ID, keys []desk.Identity) ([]desk.Identity, error) {
	if known, ok := t.ahead.identities(workspace, keys); ok {
		return known, nil
	}
	return t.identities(workspace, keys, "")
}

func (t *tx) identities(workspace desk.ID, keys []desk.Identity, order string) ([]desk.Identity, error) {
	args := []any{workspace}
	var either []string
	for _, k := range keys {
		either = append(either, fmt.Sprintf("(kind = $%d AND scope = $%d AND value = $%d)", len(args)+1, len(args)+2, len(args)+3))
		args = append(args, string(k.Kind), k.Scope, k.Value)
	}
	if len(either) == 0 {
		return nil, nil
	}
	return list(background(), t, scanIdentity, selectIdentity+" WHERE workspace_id = $1 AND ("+strings.Join(either, " OR ")+")"+order, args...)
}

func (t *tx) Identities(contact desk.ID) ([]desk.Identity, error) {
	return list(background(), t, scanIdentity, selectIdentity+" WHERE contact_id IN ("+person("$1")+") ORDER BY id", contact)
}

func (t *tx) Portfolio(channel desk.ID) (string, error) {
	return one(background(), t, "The channel", func(r row) (p string, err error) {
		err = r.Scan(&p)
		return p, err
	}, "SELECT c.portfolio FROM channels JOIN connections c ON c.id = channels.connection_id WHERE channels.id = $1", channel)
}

func (t *tx) addContact(c desk.Contact) error {
	t.contactChanged(c.Workspace, c.ID)
	return t.run(`INSERT INTO contacts (id, workspace_id, name, profile, username, note, marketing, marketing_at, merged_into, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)`,
		c.ID, c.Workspace, c.Name, c.Profile, c.Username, c.Note, c.Marketing, us(c.MarketingAt), c.MergedInto, us(c.CreatedAt))
}

func (t *tx) setContact(c desk.Contact) error {
	t.contactChanged(c.Workspace, c.ID)
	delete(t.ahead.contacts, c.ID)
	if c.MergedInto != 0 {
		t.ahead.forget() // of their threads, too, above all
		t.contactChanged(c.Workspace, c.MergedInto)
		if err := t.threadsChanged(c.ID); err != nil {
			return err
		}
	}
	return set(background(), t, "The contact", `UPDATE contacts
SET name = $2, profile = $3, username = $4, note = $5, marketing = $6, marketing_at = $7, merged_into = $8, version = version + 1 WHERE id = $1`,
		c.ID, c.Name, c.Profile, c.Username, c.Note, c.Marketing, us(c.MarketingAt), c.MergedInto)
}

// threadsChanged gives the threads of a contact and of those whom it stood for a new
// version: they are with somebody else now.
func (t *tx) threadsChanged(contact desk.ID) error {
	threads, err := list(background(), t, scanConversation, selectConversation+` WHERE deleted_at = 0 AND contact_id IN (
	WITH RECURSIVE same (id) AS (
		SELECT id FROM contacts WHERE id = $1
		UNION SELECT c.id FROM contacts c JOIN same s ON c.merged_into = s.id WHERE c.merged_into <> 0
	) SELECT id FROM same) ORDER BY id FOR UPDATE`, contact)
	if err != nil {
		return err
	}
	for _, c := range threads {
		if err := t.run("UPDATE conversations SET version = version + 1 WHERE id = $1", c.ID); err != nil {
			return err
		}
		t.tell(desk.Change{Workspace: c.Workspace, Kind: desk.ConversationChanged, Channel: c.Channel, Conversation: c.ID, Subject: c.ID})
	}
	return nil
}

func (t *tx) addIdentity(i desk.Identity) error {
	delete(t.ahead.addresses, address{i.Workspace, i.Kind, i.Scope, i.Value})
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
	delete(t.ahead.addresses, address{was.Workspace, was.Kind, was.Scope, was.Value})
	delete(t.ahead.addresses, address{i.Workspace, i.Kind, i.Scope, i.Value})
	t.contactChanged(i.Workspace, was.Contact)
	t.contactChanged(i.Workspace, i.Contact)
	return t.run("UPDATE identities SET contact_id = $2, kind = $3, scope = $4, value = $5, retired = $6 WHERE id = $1",
		i.ID, i.Contact, string(i.Kind), i.Scope, i.Value, i.Retired)
}

func (t *tx) contactChanged(workspace, id desk.ID) {
	t.pending.contacts = append(t.pending.contacts, id)
	t.tell(desk.Change{Workspace: workspace, Kind: desk.ContactChanged, Subject: id})
}
