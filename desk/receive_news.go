package desk

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"
)

// lockMessage locks a message in the order that all transactions keep:
// conversation first.
func lockMessage(tx Tx, id ID) (Message, Conversation, error) {
	cid, err := tx.ConversationOf(id)
	if err != nil {
		return Message{}, Conversation{}, err
	}
	c, err := tx.LockConversation(cid)
	if err != nil {
		return Message{}, Conversation{}, err
	}
	m, err := tx.LockMessage(id)
	return m, c, err
}

const noMessage = "It is about a reaction or a notice, not about a message."

// target locks the message that news is about. Without one here, its answer is what
// becomes of the news: it is parked until the message comes.
func (a arrival) target(tx Tx, external string) (m Message, c Conversation, here bool, otherwise result, err error) {
	id, known, err := tx.LockKey(a.channel.ID, external)
	switch {
	case err != nil:
		return m, c, false, result{}, err
	case !known:
		otherwise, err = a.park(tx, external)
		return m, c, false, otherwise, err
	case id == 0:
		return m, c, false, result{ignored, noMessage}, nil
	}
	m, c, err = lockMessage(tx, id)
	return m, c, true, result{}, err
}

// receiveStatus moves a tick. A status that carries our reference is also the
// witness that a message without an answer has arrived, and tells its id, for which
// other news may have waited.
func (d *Desk) receiveStatus(tx Tx, a arrival, n StatusNews, now time.Time) (result, error) {
	if n.ExternalID == "" {
		return result{failed, "The status names no message."}, nil
	}
	id, known, err := tx.LockKey(a.channel.ID, n.ExternalID)
	if err != nil {
		return result{}, err
	}
	var witnessed Attempt
	if !known && n.Witness != "" {
		var ok bool
		if witnessed, ok, err = tx.AttemptByRef(a.channel.ID, n.Witness); err != nil {
			return result{}, err
		}
		if ok {
			id, known = witnessed.Message, true
			if _, err := tx.ClaimKey(a.channel.ID, n.ExternalID, id); err != nil {
				return result{}, err
			}
		}
	}
	if !known {
		return a.park(tx, n.ExternalID)
	}
	if id == 0 {
		return result{ignored, noMessage}, nil
	}
	m, c, err := lockMessage(tx, id)
	if err != nil {
		return result{}, err
	}
	if m.Direction != Out {
		return result{ignored, "The status is about a message that the customer wrote."}, nil
	}
	note := StatusNote{Message: m.ID, ExternalID: n.ExternalID, Status: n.Status, At: Instant(a.update.At), Pricing: string(n.Pricing), Hook: a.hook.ID}
	if n.Failure != nil {
		note.Code = n.Failure.Code
	}
	if fresh, err := tx.ClaimStatus(note); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	target, err := lockTarget(tx, m)
	if err != nil {
		return result{}, err
	}
	out, queued, err := tx.LockOutbound(m.ID)
	if err != nil {
		return result{}, err
	}
	if err := tx.Apply(planStatus(report{
		message: m, conversation: c, target: target, out: out, queued: queued,
		news: n, witnessed: witnessed, at: Instant(a.update.At),
	})); err != nil || witnessed.ID == 0 {
		return result{fate: applied}, err
	}
	return result{fate: applied}, d.joinParked(tx, a, n.ExternalID, now)
}

// lockTarget locks the message that m reacts to; there is none unless m is a
// reaction.
func lockTarget(tx Tx, m Message) (Message, error) {
	if m.Content.Reaction == nil {
		return Message{}, nil
	}
	return tx.LockMessage(m.Content.Reaction.Target)
}

// report is all that planStatus looks at.
type report struct {
	message      Message
	conversation Conversation
	target       Message // what message reacts to
	out          Outbound
	queued       bool // out is there: a try is under way or to come
	news         StatusNews
	witnessed    Attempt // the try that the news names, when its provider id was not known before
	at           time.Time
}

// counts reports whether the news is about the try that the message stands for
// now. That an earlier one was only taken, or failed, says nothing about a later
// one; that the customer has the message is true whichever try brought it.
func (r report) counts() bool {
	switch n := r.news; {
	case n.Status.rank() >= StatusDelivered.rank():
		return true
	case r.queued && r.witnessed.ID != 0:
		return n.Status != StatusFailed || r.witnessed.Ref == r.out.attemptRef()
	case r.queued:
		return false // a known id while a try is under way: that of a try that failed
	default:
		return r.message.ExternalID == "" || r.message.ExternalID == n.ExternalID
	}
}

// planStatus is the message, its conversation and its place in the lane after
// one status.
func planStatus(r report) Plan {
	m, c, n := r.message, r.conversation, r.news
	next := m
	if r.counts() {
		have := m.Status
		if have == StatusFailed && m.ErrorCode == unconfirmed {
			have = StatusUnknown // we gave up waiting for just this news
		}
		next.Status = tick(have, n.Status)
		if next.ExternalID == "" {
			next.ExternalID = n.ExternalID
		}
	}
	arrived := n.Status.rank() >= StatusDelivered.rank() || r.witnessed.ID != 0 && n.Status != StatusFailed
	if arrived && next.ExternalID != n.ExternalID {
		next.Flagged = true // an earlier try had arrived after all: the customer has it twice
	}
	if next.ProviderAt.IsZero() {
		next.ProviderAt = r.at
	}
	switch {
	case next.Status == StatusFailed && n.Status == StatusFailed && n.Failure != nil && r.counts():
		next.ErrorCode, next.ErrorText = n.Failure.Code, n.Failure.Text
	case next.Status.Final() && next.Status != StatusFailed:
		next.ErrorCode, next.ErrorText = "", ""
	}
	plan := Plan{SetMessage{next}}
	if r.queued && next.Status.Final() {
		plan = append(plan, DropOutbound{m.ID})
	}
	if r.witnessed.ID != 0 {
		r.witnessed.Outcome, r.witnessed.ExternalID = "witnessed", n.ExternalID
		plan = append(plan, SetAttempt{r.witnessed})
	}
	now := c.refreshed(next)
	switch was, is := m.Status.lost(), next.Status.lost(); {
	case is && !was:
		now = now.lost(next)
		plan = append(plan, planReactionLost(m, r.target)...)
	case was && !is:
		now = now.answerFound(m.ID)
		plan = append(plan, planReactionFound(m, r.target)...)
	}
	if now != c {
		plan = append(plan, planConversation(c, now)...)
	}
	return plan
}

// receiveReaction puts a reaction on its message. The latest by the provider's
// clock counts.
func (d *Desk) receiveReaction(tx Tx, a arrival, n ReactionNews) (result, error) {
	m, c, here, otherwise, err := a.target(tx, n.Target)
	if err != nil || !here {
		return otherwise, err
	}
	if fresh, err := tx.ClaimKey(a.channel.ID, n.ExternalID, 0); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	ws, err := tx.Workspace(a.channel.Workspace)
	if err != nil {
		return result{}, err
	}
	var opener time.Time
	if ws.Settings.ReactionOpensWindow {
		opener = a.told()
	}
	return result{fate: applied}, tx.Apply(planReaction(m, c, n, a.place().At, opener))
}

// planReaction is the message with the reaction. It is no writing: nobody waits
// for an answer to it. It opens the window, from opener on, only where the workspace
// says so; opener is zero elsewhere.
func planReaction(m Message, c Conversation, n ReactionNews, at, opener time.Time) Plan {
	side := &m.ReactionIn
	if n.Echo {
		side = &m.ReactionOut
	}
	var plan Plan
	if !at.Before(side.At) {
		*side = Reaction{Emoji: n.Emoji, At: at}
		plan = append(plan, SetMessage{m})
	}
	if !n.Echo && opener.After(c.OpenerAt) {
		next := c
		next.OpenerAt = opener
		plan = append(plan, SetConversation{c, next})
	}
	return plan
}

// receiveEdit replaces a message's text. Edits that come out of order are
// settled by the provider's clock.
func (d *Desk) receiveEdit(tx Tx, a arrival, n EditNews) (result, error) {
	m, c, here, otherwise, err := a.target(tx, n.Target)
	if err != nil || !here {
		return otherwise, err
	}
	if fresh, err := tx.ClaimKey(a.channel.ID, n.ExternalID, m.ID); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	return result{fate: applied}, tx.Apply(planEdit(m, c, n, a.place().At))
}

func planEdit(m Message, c Conversation, n EditNews, at time.Time) Plan {
	if at.Before(m.EditedAt) {
		return nil
	}
	m.Text, m.EditedAt = n.Message.Text, at
	files := m.Content.Files
	m.Content = n.Message.Content
	m.Content.Files = files
	return withRefresh(Plan{SetMessage{m}}, c, m)
}

// receiveRevoke marks a message as withdrawn. Its text stays for the record, as
// it was read before; screens show that it was withdrawn.
func (d *Desk) receiveRevoke(tx Tx, a arrival, n RevokeNews) (result, error) {
	m, c, here, otherwise, err := a.target(tx, n.Target)
	if err != nil || !here {
		return otherwise, err
	}
	if fresh, err := tx.ClaimKey(a.channel.ID, n.ExternalID, m.ID); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	m.RevokedAt = a.place().At
	return result{fate: applied}, tx.Apply(withRefresh(Plan{SetMessage{m}}, c, m))
}

func withRefresh(p Plan, c Conversation, m Message) Plan {
	if next := c.refreshed(m); next != c {
		p = append(p, SetConversation{c, next})
	}
	return p
}

// receiveAddress moves a person to a new number or user id. The old address is
// retired, because the network may give it to somebody else.
func (d *Desk) receiveAddress(tx Tx, a arrival, n AddressNews, now time.Time) (result, error) {
	// Fields without an id of their own are known by what they say, so that a
	// replay of an old one does not bring back an address that was renewed since.
	key := cmp.Or(n.ExternalID, a.update.fingerprint(n.Kind, n.Old.UserID, n.New.UserID, n.Old.Phone, n.New.Phone))
	if fresh, err := tx.ClaimKey(a.channel.ID, key, 0); err != nil || !fresh {
		return result{fate: duplicate}, err
	}
	oldKeys, newKeys := n.Old.keys(a.portfolio), n.New.keys(a.portfolio)
	p, err := lockPerson(tx, a.channel.Workspace, append(slices.Clone(oldKeys), newKeys...))
	if err != nil {
		return result{}, err
	}
	owner, plan := planAddress(p, oldKeys, newKeys, now, tx.NewID)
	if owner == 0 {
		return result{ignored, "The customer whose address changed is not known here."}, nil
	}
	if len(plan) == 0 && n.Kind != "identity_changed" {
		return result{fate: duplicate}, nil
	}
	// First who they are: a contact that has just been merged brings its thread.
	if err := tx.Apply(plan); err != nil {
		return result{}, err
	}
	thread, exists, err := tx.LockThread(a.channel.ID, owner)
	if err != nil || !exists {
		return result{fate: applied}, err
	}
	return result{fate: applied}, tx.Apply(Plan{AddMessage{Message{
		ID: tx.NewID(), Workspace: thread.Workspace, Conversation: thread.ID, Channel: thread.Channel, Contact: owner,
		Direction: Internal, Author: Author{Kind: BySystem}, Type: TypeEvent, Text: n.Text,
		Content: Content{Event: &Event{Kind: n.Kind, Old: n.Old.Phone, New: n.New.Phone}}, CreatedAt: now, Order: a.place(),
	}}})
}

// planAddress finds whose address changed and returns what to write; an empty
// plan means that the new address is theirs already.
func planAddress(p person, oldKeys, newKeys []Identity, now time.Time, newID func() ID) (owner ID, plan Plan) {
	if owner = cmp.Or(p.owner(oldKeys), p.owner(newKeys)); owner == 0 {
		return 0, nil
	}
	p.contacts = maps.Clone(p.contacts)
	was := p.contacts[owner]
	for _, k := range newKeys {
		_, gives := p.give(k, owner, now, newID)
		plan = append(plan, gives...)
	}
	for _, k := range oldKeys {
		if i, ok := p.find(k); ok && !i.Retired && p.root(i.Contact) == owner && replaced(k, newKeys) {
			i.Retired = true
			plan = append(plan, SetIdentity{i})
		}
	}
	return owner, append(planContact(was, p.contacts[owner]), plan...)
}

// replaced reports whether another address of k's kind takes its place.
func replaced(k Identity, by []Identity) bool {
	return !slices.ContainsFunc(by, k.is) && slices.ContainsFunc(by, func(n Identity) bool { return n.Kind == k.Kind })
}

// fingerprint is a key for news without an id: what it says and when, hashed, as
// it may name a person.
func (u Update) fingerprint(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00") + "\x00" + u.At.UTC().Format(time.RFC3339)))
	return "news:" + hex.EncodeToString(h[:16])
}

// receivePreference keeps the customer's last word about marketing.
func (d *Desk) receivePreference(tx Tx, a arrival, n PreferenceNews) (result, error) {
	keys, at := n.From.keys(a.portfolio), a.told()
	p, err := lockPerson(tx, a.channel.Workspace, keys)
	if err != nil {
		return result{}, err
	}
	c, ok := p.contacts[p.owner(keys)]
	switch {
	case !ok:
		return result{ignored, "The customer is not known here."}, nil
	case !at.After(c.MarketingAt):
		return result{fate: duplicate}, nil
	}
	c.Marketing, c.MarketingAt = n.Value, at
	return result{fate: applied}, tx.Apply(Plan{SetContact{c}})
}
