package store

import (
	"fmt"
	"hash/fnv"
	"slices"

	"parley/desk"
)

// LockAhead takes, for many people at once, the locks that a use case about one of
// them takes: on identities, contacts and conversations, each kind in one order. A
// database with one writer needs none.
//
// Strangers have no rows to lock. Two transactions that meet the same ones would
// wait for each other's unique keys, so each address that is not there is locked
// by a number made of it.
func (t *tx) LockAhead(subjects []desk.Subject) error {
	if !t.session.dialect.locksRows() || len(subjects) < 2 {
		return nil
	}
	var keys addresses
	var channels, homes []int64
	var externals, refs []string
	for _, s := range subjects {
		keys.add(s)
		channels = append(channels, int64(s.Channel))
		if s.External != "" {
			homes, externals = append(homes, int64(s.Channel)), append(externals, s.External)
		}
		if s.Ref != "" {
			refs = append(refs, s.Ref)
		}
	}
	known, err := one(background(), t, "", scanID, "SELECT COUNT(*) FROM identities WHERE "+keyed, keys.args()...)
	if err != nil {
		return err
	}
	if int(known) < len(keys.seen) {
		if err := t.run("SELECT pg_advisory_xact_lock($1, k) FROM unnest($2::int[]) AS k", strangersLock, keys.numbers()); err != nil {
			return err
		}
	}
	owners, err := list(background(), t, scanID, "SELECT contact_id FROM identities WHERE "+keyed+`
ORDER BY workspace_id, kind COLLATE "C", scope COLLATE "C", value COLLATE "C" FOR UPDATE`, keys.args()...)
	if err != nil {
		return err
	}
	contacts, err := t.LockContacts(owners)
	if err != nil {
		return err
	}
	ids := make([]desk.ID, len(contacts))
	for i, c := range contacts {
		ids[i] = c.ID
	}
	return t.run(`SELECT id FROM conversations WHERE id IN (
	SELECT id FROM conversations WHERE contact_id IN (`+person("ANY($1)")+`) AND channel_id = ANY($2) AND deleted_at = 0
	UNION SELECT m.conversation_id FROM message_keys k JOIN messages m ON m.id = k.message_id
		WHERE (k.channel_id, k.external_id) IN (SELECT * FROM unnest($3::bigint[], $4::text[]))
	UNION SELECT m.conversation_id FROM attempts a JOIN messages m ON m.id = a.message_id WHERE a.ref = ANY($5)
) ORDER BY id FOR UPDATE`, ids, channels, homes, externals, refs)
}

// keyed are the identities of addresses.args.
const keyed = "(workspace_id, kind, scope, value) IN (SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]))"

// strangersLock is the space of the numbers of addresses among advisory locks.
const strangersLock = 5784102

// addresses are columns of different keys.
type addresses struct {
	seen                 map[string]bool
	workspaces           []int64
	kinds, scopes, value []string
}

func (a *addresses) add(s desk.Subject) {
	if a.seen == nil {
		a.seen = map[string]bool{}
	}
	for _, k := range s.Keys {
		name := fmt.Sprintf("%d %s %q %q", s.Workspace, k.Kind, k.Scope, k.Value)
		if a.seen[name] {
			continue
		}
		a.seen[name] = true
		a.workspaces = append(a.workspaces, int64(s.Workspace))
		a.kinds, a.scopes, a.value = append(a.kinds, string(k.Kind)), append(a.scopes, k.Scope), append(a.value, k.Value)
	}
}

func (a addresses) args() []any { return []any{a.workspaces, a.kinds, a.scopes, a.value} }

// numbers is what the addresses are locked by, in order. Different ones may have
// the same, which costs a wait and no more.
func (a addresses) numbers() []int32 {
	var all []int32
	for name := range a.seen {
		h := fnv.New32a()
		h.Write([]byte(name))
		all = append(all, int32(h.Sum32()))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
