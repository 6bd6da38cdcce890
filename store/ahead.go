package store

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"

	"parley/desk"
)

// LockAhead takes, for many people at once, the locks that a use case about one of
// them takes: on identities, contacts and conversations, each kind in one order.
// What it locked stays at hand, so that the loads that follow need no statement of
// their own.
//
// Strangers have no rows to lock. Two transactions that meet the same ones would
// wait for each other's unique keys, so each address that is not there is locked
// by a number made of it.
func (t *tx) LockAhead(subjects []desk.Subject) error {
	if len(subjects) < 2 {
		return nil
	}
	keys := addresses{}
	for _, s := range subjects {
		keys.add(s)
	}
	if err := t.lockStrangers(keys); err != nil {
		return err
	}
	var owners []desk.ID
	for _, k := range keys.sorted() {
		found, err := list(background(), t, scanIdentity, selectIdentity+k.where()+` ORDER BY value COLLATE "C" FOR UPDATE`, k.args()...)
		if err != nil {
			return err
		}
		t.ahead.identify(k, found)
		for _, i := range found {
			owners = append(owners, i.Contact)
		}
	}
	contacts, err := t.LockContacts(owners)
	if err != nil {
		return err
	}
	ids := make([]desk.ID, len(contacts))
	for i, c := range contacts {
		ids[i] = c.ID
		t.ahead.contacts[c.ID] = c
	}
	threads, err := t.lockThreads(ids, subjects)
	for _, c := range threads {
		if c.DeletedAt.IsZero() {
			t.ahead.threads[home{c.Channel, c.Contact}] = c
		}
	}
	return err
}

// lockStrangers locks the addresses, unless all of them are there.
func (t *tx) lockStrangers(keys addresses) error {
	if !t.session.dialect.locksRows() {
		return nil
	}
	var there desk.ID
	for _, k := range keys.sorted() {
		n, err := one(background(), t, "", scanID, "SELECT COUNT(*) FROM identities"+k.where(), k.args()...)
		if err != nil {
			return err
		}
		there += n
	}
	if int(there) == len(keys) {
		return nil
	}
	return t.run("SELECT pg_advisory_xact_lock($1, k) FROM unnest($2::int[]) AS k", strangersLock, keys.numbers())
}

// lockThreads locks the threads of contacts, in use on any channel, and those of the
// messages that the subjects name.
func (t *tx) lockThreads(contacts []desk.ID, subjects []desk.Subject) ([]desk.Conversation, error) {
	if !t.session.dialect.locksRows() {
		return list(background(), t, scanConversation, selectConversation+" WHERE contact_id = ANY($1) AND deleted_at = 0", contacts)
	}
	var channels, homes []int64
	var externals, refs []string
	for _, s := range subjects {
		channels = append(channels, int64(s.Channel))
		if s.External != "" {
			homes, externals = append(homes, int64(s.Channel)), append(externals, s.External)
		}
		if s.Ref != "" {
			refs = append(refs, s.Ref)
		}
	}
	return list(background(), t, scanConversation, selectConversation+` WHERE id IN (
	SELECT id FROM conversations WHERE contact_id IN (`+person("ANY($1)")+`) AND channel_id = ANY($2) AND deleted_at = 0
	UNION SELECT m.conversation_id FROM message_keys k JOIN messages m ON m.id = k.message_id
		WHERE (k.channel_id, k.external_id) IN (SELECT * FROM unnest($3::bigint[], $4::text[]))
	UNION SELECT m.conversation_id FROM attempts a JOIN messages m ON m.id = a.message_id WHERE a.ref = ANY($5)
) ORDER BY id FOR UPDATE`, contacts, channels, homes, externals, refs)
}

// ahead are rows as LockAhead found them. Whatever writes one drops it.
type ahead struct {
	addresses map[address]desk.Identity // the zero one: it is not there
	contacts  map[desk.ID]desk.Contact
	threads   map[home]desk.Conversation // those that are not deleted
}

type address struct {
	workspace    desk.ID
	kind         desk.IdentityKind
	scope, value string
}

type home struct{ channel, contact desk.ID }

func newAhead() ahead {
	return ahead{map[address]desk.Identity{}, map[desk.ID]desk.Contact{}, map[home]desk.Conversation{}}
}

// forget drops everything.
func (a ahead) forget() {
	clear(a.addresses)
	clear(a.contacts)
	clear(a.threads)
}

// identify keeps what was found of addresses of one kind.
func (a ahead) identify(of addressKind, found []desk.Identity) {
	for _, v := range of.values {
		a.addresses[address{of.workspace, of.kind, of.scope, v}] = desk.Identity{}
	}
	for _, i := range found {
		a.addresses[address{i.Workspace, i.Kind, i.Scope, i.Value}] = i
	}
}

// identities are those of keys that are there, by kind, scope and value. false: not
// all are known.
func (a ahead) identities(workspace desk.ID, keys []desk.Identity) (found []desk.Identity, known bool) {
	for _, k := range keys {
		i, ok := a.addresses[address{workspace, k.Kind, k.Scope, k.Value}]
		if !ok {
			return nil, false
		}
		if i.ID != 0 {
			found = append(found, i)
		}
	}
	return found, true
}

// unmerged are contacts by id, if all are known and nobody stands for one of them.
func (a ahead) unmerged(ids []desk.ID) (found []desk.Contact, known bool) {
	for _, id := range ids {
		c, ok := a.contacts[id]
		if !ok || c.MergedInto != 0 {
			return nil, false
		}
		found = append(found, c)
	}
	return found, true
}

// strangersLock is the space of the numbers of addresses among advisory locks.
const strangersLock = 5784102

// addresses are different ones, by their kinds.
type addresses map[address]bool

func (a addresses) add(s desk.Subject) {
	for _, k := range s.Keys {
		a[address{s.Workspace, k.Kind, k.Scope, k.Value}] = true
	}
}

// addressKind are the addresses of a workspace that differ in their values only.
type addressKind struct {
	workspace desk.ID
	kind      desk.IdentityKind
	scope     string
	values    []string
}

func (k addressKind) where() string {
	return " WHERE workspace_id = $1 AND kind = $2 AND scope = $3 AND value = ANY($4)"
}

func (k addressKind) args() []any { return []any{k.workspace, string(k.kind), k.scope, k.values} }

// sorted lists the addresses in the order in which everybody locks them.
func (a addresses) sorted() (kinds []addressKind) {
	all := slices.SortedFunc(maps.Keys(a), func(a, b address) int {
		return cmp.Or(cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.kind, b.kind), cmp.Compare(a.scope, b.scope), cmp.Compare(a.value, b.value))
	})
	for _, k := range all {
		n := len(kinds) - 1
		if n < 0 || kinds[n].workspace != k.workspace || kinds[n].kind != k.kind || kinds[n].scope != k.scope {
			kinds = append(kinds, addressKind{workspace: k.workspace, kind: k.kind, scope: k.scope})
			n++
		}
		kinds[n].values = append(kinds[n].values, k.value)
	}
	return kinds
}

// numbers is what the addresses are locked by, in order. Different ones may have
// the same, which costs a wait and no more.
func (a addresses) numbers() []int32 {
	var all []int32
	for k := range a {
		h := fnv.New32a()
		fmt.Fprintf(h, "%d %s %q %q", k.workspace, k.kind, k.scope, k.value)
		all = append(all, int32(h.Sum32()))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
