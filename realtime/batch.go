package realtime

import (
	"context"
	"fmt"
	"slices"

	"parley/desk"
)

// batch is a stretch of the log with the present values of what changed in it,
// encoded.
type batch struct {
	to        int64
	entries   []entry
	forgotten []desk.ID
	recount   []desk.ID                   // channels whose counters may have changed
	written   []desk.Message              // members' messages among those that changed
	contacts  map[string]map[desk.ID]text // by audience: the contacts that it sees
}

// entry is one subject that changed.
type entry struct {
	n       int64   // the last change of it
	text    text    // as it stands in "changes"; nil when there is nothing to say
	forget  desk.ID // instead: a conversation that is gone
	contact desk.ID // instead: a contact, whose text depends on who reads
	seen    seenBy
	channel desk.ID
}

// seenBy says who may hear of an entry. The zero value is the narrowest rule.
type seenBy int

const (
	byChannel  seenBy = iota // whoever sees the entry's channel
	byEveryone               // in the workspace
	byLedger                 // whoever may see the hook ledger
)

func (e entry) visible(a *audience) bool {
	switch e.seen {
	case byEveryone:
		return true
	case byLedger:
		return a.hooks
	}
	return a.scope.Sees(e.channel)
}

// load reads the values of what changed, each once, however often it changed.
// Values may be newer than the change; the change that made them so follows.
func (f *feed) load(ctx context.Context, changes []desk.Change) (*batch, error) {
	changes = lastOfEach(changes)
	values, err := f.values(ctx, changes)
	if err != nil {
		return nil, err
	}
	b := &batch{to: changes[len(changes)-1].N, written: values.written, contacts: map[string]map[desk.ID]text{}}
	for _, c := range changes {
		e := entry{n: c.N, channel: c.Channel}
		switch c.Kind {
		case desk.ConversationChanged:
			b.recount = append(b.recount, c.Channel)
			if v, ok := values.conversations[c.Subject]; ok {
				e.text, e.channel = v.text, v.channel
			} else {
				e.forget = c.Subject
				b.forgotten = append(b.forgotten, c.Subject)
			}
		case desk.MessageChanged:
			v := values.messages[c.Subject]
			e.text, e.channel = v.text, v.channel
		case desk.MemberChanged:
			e.text, e.seen = values.members[c.Subject], byEveryone
		case desk.ContactChanged:
			e.contact, e.seen = c.Subject, byEveryone
		case desk.ChannelChanged:
			e.text = channelEntry(c.Channel)
			if c.Channel == 0 { // the state of a connection
				e.seen = byEveryone
			}
		case desk.HooksChanged:
			e.text, e.seen = text(`{"kind":"hooks"}`), byLedger
		default:
			continue
		}
		b.entries = append(b.entries, e)
	}
	slices.Sort(b.recount)
	b.recount = slices.Compact(b.recount)
	return b, nil
}

// lastOfEach leaves the last entry about each thing. The final entry of the log
// always stays, so its number is that of the whole stretch.
func lastOfEach(changes []desk.Change) []desk.Change {
	type thing struct {
		kind    desk.ChangeKind
		subject desk.ID
	}
	seen := make(map[thing]struct{}, len(changes))
	var last []desk.Change
	for _, c := range slices.Backward(changes) {
		t := thing{c.Kind, c.Subject}
		if _, ok := seen[t]; !ok {
			seen[t] = struct{}{}
			last = append(last, c)
		}
	}
	slices.Reverse(last)
	return last
}

// values are encoded entries by what they are about. The channel is that of the
// row, so that what is shown can never differ from what was checked.
type values struct {
	conversations, messages map[desk.ID]value
	members                 map[desk.ID]text
	written                 []desk.Message
}

type value struct {
	channel desk.ID
	text    text
}

func (f *feed) values(ctx context.Context, changes []desk.Change) (values, error) {
	subjects := map[desk.ChangeKind][]desk.ID{}
	for _, c := range changes {
		subjects[c.Kind] = append(subjects[c.Kind], c.Subject)
	}
	var v values
	var err error
	if v.conversations, err = f.conversations(ctx, subjects[desk.ConversationChanged]); err != nil {
		return v, fmt.Errorf("load conversations: %w", err)
	}
	if v.messages, v.written, err = f.messages(ctx, subjects[desk.MessageChanged]); err != nil {
		return v, fmt.Errorf("load messages: %w", err)
	}
	if v.members, err = f.members(ctx, subjects[desk.MemberChanged]); err != nil {
		return v, fmt.Errorf("load members: %w", err)
	}
	return v, nil
}

func (f *feed) conversations(ctx context.Context, ids []desk.ID) (map[desk.ID]value, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := f.hub.Reader.ConversationRows(ctx, f.everything(), ids)
	if err != nil {
		return nil, err
	}
	encoded, err := f.hub.Encode.Conversations(ctx, rows)
	if err != nil {
		return nil, err
	}
	if len(encoded) != len(rows) {
		return nil, fmt.Errorf("%d conversations were encoded as %d", len(rows), len(encoded))
	}
	found := make(map[desk.ID]value, len(rows))
	for i, r := range rows {
		t, err := valueEntry(desk.ConversationChanged, 0, encoded[i])
		if err != nil {
			return nil, err
		}
		found[r.Conversation.ID] = value{r.Conversation.Channel, t}
	}
	return found, nil
}

func (f *feed) messages(ctx context.Context, ids []desk.ID) (map[desk.ID]value, []desk.Message, error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	rows, err := f.hub.Reader.MessageRows(ctx, f.everything(), ids)
	if err != nil {
		return nil, nil, err
	}
	encoded, err := f.hub.Encode.Messages(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	if len(encoded) != len(rows) {
		return nil, nil, fmt.Errorf("%d messages were encoded as %d", len(rows), len(encoded))
	}
	var written []desk.Message
	found := make(map[desk.ID]value, len(rows))
	for i, r := range rows {
		t, err := valueEntry(desk.MessageChanged, r.Message.Conversation, encoded[i])
		if err != nil {
			return nil, nil, err
		}
		if a := r.Message.Author; a.Kind == desk.ByMember && a.ID != 0 {
			written = append(written, r.Message)
		}
		found[r.Message.ID] = value{r.Message.Channel, t}
	}
	return found, written, nil
}

func (f *feed) members(ctx context.Context, ids []desk.ID) (map[desk.ID]text, error) {
	texts := make(map[desk.ID]text, len(ids))
	for _, id := range ids {
		m, err := f.hub.Reader.Member(ctx, f.workspace, id)
		if desk.CodeOf(err) == desk.CodeNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if texts[id], err = valueEntry(desk.MemberChanged, 0, f.hub.Encode.Member(m, f.presenceOf(id))); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// unprepared are the audiences whose contacts are not loaded yet.
func (b *batch) unprepared(all map[string]*audience) []*audience {
	if !slices.ContainsFunc(b.entries, func(e entry) bool { return e.contact != 0 }) {
		return nil
	}
	var some []*audience
	for key, a := range all {
		if _, ok := b.contacts[key]; !ok {
			some = append(some, a)
		}
	}
	return some
}

// prepare loads the batch's contacts as an audience sees them. A contact has no
// channel of its own, so the reader decides.
func (f *feed) prepare(ctx context.Context, b *batch, a *audience) error {
	var ids []desk.ID
	for _, e := range b.entries {
		if e.contact != 0 {
			ids = append(ids, e.contact)
		}
	}
	rows, err := f.hub.Reader.ContactRows(ctx, a.scope, ids)
	if err != nil {
		return fmt.Errorf("load contacts: %w", err)
	}
	texts := make(map[desk.ID]text, len(rows))
	for id, c := range rows {
		if texts[id], err = valueEntry(desk.ContactChanged, 0, f.hub.Encode.Contact(c)); err != nil {
			return err
		}
	}
	b.contacts[a.key] = texts
	return nil
}

// packet is what an audience gets of the changes after a number; without texts
// when that is nothing.
func (b *batch) packet(a *audience, after int64) packet {
	p := packet{n: b.to}
	var changes []text
	for _, e := range b.entries {
		switch {
		case e.n <= after || !e.visible(a):
		case e.forget != 0:
			p.texts = append(p.texts, forgetFrame(e.forget))
		case e.contact != 0:
			if t := b.contacts[a.key][e.contact]; t != nil {
				changes = append(changes, t)
			}
		case e.text != nil:
			changes = append(changes, e.text)
		}
	}
	if len(changes)+len(p.texts) > 0 {
		p.texts = append(p.texts, changesFrame(b.to, after, changes))
	}
	return p
}
