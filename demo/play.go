package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/desk"
)

const maxFile = 20 << 20

// player plays the script in the order of time, across all threads.
type player struct {
	Config
	script     Play
	now        time.Time // what "ago" counts from
	connection desk.Connection
	members    map[string]desk.Actor
	threads    map[string]desk.ID // by thread key
	newest     map[string]desk.ID // the customer's latest message, by thread key
	messages   map[string]desk.ID // every message, by the provider's id
	unread     map[string]bool    // whether the customer wrote since it was read, by thread key

	owed      map[Number][]any // statuses that are still to be told, by the number they came to
	owedSince time.Time
}

// settle makes the workspace, its people and its connection.
func (p *player) settle(ctx context.Context) error {
	owner := p.script.Members[0]
	w, first, err := p.Desk.CreateWorkspace(ctx, "Riverside Outfitters", desk.NewMember{Email: owner.Email(), Name: owner.Name, Password: Password}, true)
	if err != nil {
		return err
	}
	actor := func(m desk.Member) desk.Actor {
		return desk.Actor{Member: m, Scope: desk.Scope{Workspace: w.ID, Member: m.ID, All: true}}
	}
	p.members[owner.Key] = actor(first)
	for _, m := range p.script.Members[1:] {
		added, err := p.Desk.AddMember(ctx, p.members[owner.Key], desk.NewMember{Email: m.Email(), Name: m.Name, Role: desk.Role(m.Role), Password: Password})
		if err != nil {
			return err
		}
		p.members[m.Key] = actor(added)
	}
	n := desk.NewConnection{
		Kind: desk.WhatsApp, Provider: "cloud", Name: "Riverside on WhatsApp", AccountID: AccountID, APIBaseURL: p.APIURL,
		Secrets: desk.Secrets{AppSecret: AppSecret, VerifyToken: VerifyToken, AccessToken: AccessToken},
	}
	for _, num := range Numbers {
		n.Channels = append(n.Channels, desk.NewChannel{ExternalID: num.PhoneNumberID, Address: num.Phone, Name: num.Name})
	}
	p.connection, _, err = p.Desk.CreateConnection(ctx, p.members[owner.Key], n)
	return err
}

// beat is one line with its place.
type beat struct {
	thread Thread
	line   int
}

func (b beat) Line() Line { return b.thread.Lines[b.line] }

func (p *player) play(ctx context.Context) error {
	var beats []beat
	for _, t := range p.script.Threads {
		for i := range t.Lines {
			beats = append(beats, beat{t, i})
		}
	}
	slices.SortStableFunc(beats, func(a, b beat) int { return cmp.Compare(b.Line().ago(), a.Line().ago()) })
	for _, b := range beats {
		at := p.now.Add(-b.Line().ago())
		if len(p.owed) > 0 && at.Sub(p.owedSince) > statusDelay {
			if err := p.tell(ctx); err != nil {
				return err
			}
		}
		p.Clock.Pin(at)
		if err := p.act(ctx, b); err != nil {
			return fmt.Errorf("demo: %s, line %d: %w", b.thread.key, b.line+1, err)
		}
	}
	return p.tell(ctx)
}

func (p *player) act(ctx context.Context, b beat) error {
	l := b.Line()
	switch {
	case l.From == "customer" && l.Do == "":
		return p.customerWrites(ctx, b)
	case l.From == "customer":
		return p.customerReacts(ctx, b)
	case l.Note != "":
		_, err := p.Desk.AddNote(ctx, p.members[l.From], p.threads[b.thread.key], b.thread.wamid(b.line), l.Note)
		return err
	case l.Do != "":
		return p.memberDoes(ctx, b)
	}
	return p.memberWrites(ctx, b)
}

func (p *player) customerWrites(ctx context.Context, b beat) error {
	l := b.Line()
	m := map[string]any{"id": b.thread.wamid(b.line), "timestamp": p.stamp(), "type": l.kind()}
	if len(l.Referral) > 0 {
		m["referral"] = l.Referral
	}
	if l.Quote > 0 {
		m["context"] = map[string]any{"from": strings.TrimPrefix(b.thread.number().Phone, "+"), "id": b.thread.wamid(b.line - l.Quote)}
	}
	if l.kind() == "unsupported" {
		m["errors"] = []any{map[string]any{"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": map[string]any{"details": "Message type is currently not supported."}}}
	}
	switch {
	case l.File != "":
		body := map[string]any{"id": "demo" + strconv.Itoa(b.line) + b.thread.key, "mime_type": mimeOf(l.File)}
		if l.Text != "" {
			body["caption"] = l.Text
		}
		if l.kind() == "document" {
			body["filename"] = l.File
		}
		if l.kind() == "audio" {
			body["voice"] = true
		}
		m[l.kind()] = body
	case len(l.Body) > 0:
		m[l.kind()] = l.Body
	default:
		m["text"] = map[string]any{"body": l.Text}
	}
	if err := p.customerHook(ctx, b.thread, m); err != nil {
		return err
	}
	p.unread[b.thread.key] = true
	owner := p.members[p.script.Members[0].Key]
	if p.threads[b.thread.key] == 0 {
		page, err := p.Desk.Reader().Conversations(ctx, owner.Scope, desk.Filter{Sort: desk.SortRecent, Paging: desk.Paging{Limit: 20}})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(page.Items, func(r desk.Row) bool { return r.Phone == b.thread.Phone && r.UserID == b.thread.UserID })
		if i < 0 {
			return errors.New("the message did not start a conversation")
		}
		p.threads[b.thread.key] = page.Items[i].Conversation.ID
	}
	page, err := p.Desk.Reader().Messages(ctx, owner.Scope, p.threads[b.thread.key], desk.Paging{Limit: 1})
	if err != nil {
		return err
	}
	id := page.Items[0].Message.ID
	p.newest[b.thread.key], p.messages[b.thread.wamid(b.line)] = id, id
	if l.File == "" {
		return nil
	}
	stored, err := p.save(ctx, owner.Member.Workspace, l.File)
	if err != nil {
		return err
	}
	return p.Desk.FileArrived(ctx, page.Items[0].Message.Content.Files[0], stored)
}

func (p *player) customerReacts(ctx context.Context, b beat) error {
	emoji := strings.TrimPrefix(b.Line().Do, "react:")
	target := b.line - 1
	for target > 0 && (b.thread.Lines[target].From == "customer" || b.thread.Lines[target].Do != "" || b.thread.Lines[target].Note != "") {
		target--
	}
	return p.customerHook(ctx, b.thread, map[string]any{
		"id": b.thread.wamid(b.line), "timestamp": p.stamp(), "type": "reaction",
		"reaction": map[string]any{"message_id": b.thread.wamid(target), "emoji": emoji},
	})
}

func (p *player) memberWrites(ctx context.Context, b beat) error {
	l := b.Line()
	a := p.members[l.From]
	d := desk.Draft{ClientID: b.thread.wamid(b.line), Type: desk.MessageType(l.kind()), Text: l.Text}
	d.Content.Voice = d.Type == desk.TypeAudio
	if l.Quote > 0 {
		d.ReplyTo = p.messages[b.thread.wamid(b.line-l.Quote)]
	}
	if l.File != "" {
		stored, err := p.save(ctx, a.Member.Workspace, l.File)
		if err != nil {
			return err
		}
		f, err := p.Desk.AddUpload(ctx, a, l.File, stored)
		if err != nil {
			return err
		}
		d.Content.Files = []desk.ID{f.ID}
	}
	if len(l.Body) > 0 {
		if err := json.Unmarshal(l.Body, partOf(&d.Content, d.Type)); err != nil {
			return err
		}
	}
	m, err := p.Desk.Reply(ctx, a, p.threads[b.thread.key], d)
	if err != nil {
		return err
	}
	p.messages[d.ClientID] = m.ID
	if err := p.receipt(ctx, b.thread); err != nil {
		return err
	}
	s, err := p.Desk.StartSend(ctx, m.ID)
	if err == nil && s != nil && s.Upload != nil {
		if err := p.Desk.FileUploaded(ctx, s.Upload.ID, "demo"+s.Upload.ID.String(), p.Clock.Now().Add(30*24*time.Hour)); err != nil {
			return err
		}
		s, err = p.Desk.StartSend(ctx, m.ID)
	}
	if err != nil {
		return err
	}
	if s == nil {
		return errors.New("the message could not leave")
	}
	if err := p.Desk.FinishSend(ctx, desk.Sent{Attempt: s.Attempt, ExternalID: d.ClientID}); err != nil {
		return err
	}
	if len(p.owed) == 0 {
		p.owedSince = p.Clock.Now()
	}
	n := b.thread.number()
	p.owed[n] = append(p.owed[n], p.statuses(b)...)
	if strings.HasPrefix(l.Status, "failed:") {
		return p.tell(ctx) // the customer waits again from now on
	}
	return nil
}

// partOf is the part of a message's content that a Body fills.
func partOf(c *desk.Content, t desk.MessageType) any {
	switch t {
	case desk.TypeLocation:
		return &c.Location
	case desk.TypeContacts:
		return &c.Cards
	}
	return &c.Interactive
}

// receipt takes the read receipt out of the lane, as sending it would: the
// customer's ticks turned long before there was a server to tell so.
func (p *player) receipt(ctx context.Context, t Thread) error {
	if !p.unread[t.key] {
		return nil
	}
	p.unread[t.key] = false
	_, _, err := p.Desk.ReceiptFor(ctx, p.newest[t.key])
	return err
}

func (p *player) memberDoes(ctx context.Context, b beat) error {
	l := b.Line()
	a, id := p.members[l.From], p.threads[b.thread.key]
	verb, arg, _ := strings.Cut(l.Do, ":")
	var err error
	switch verb {
	case "close":
		_, err = p.Desk.Close(ctx, a, id)
	case "assign":
		_, err = p.Desk.Assign(ctx, a, id, p.members[arg].Member.ID)
	case "snooze":
		d, perr := time.ParseDuration(arg)
		if perr != nil {
			return perr
		}
		_, err = p.Desk.Snooze(ctx, a, id, p.now.Add(d))
	case "no_reply_needed":
		_, err = p.Desk.NoReplyNeeded(ctx, a, id)
	case "read":
		if _, err = p.Desk.MarkRead(ctx, a, id); err == nil {
			err = p.receipt(ctx, b.thread)
		}
	case "react":
		return p.memberReacts(ctx, b, a, arg)
	default:
		err = fmt.Errorf("nobody can %q", l.Do)
	}
	return err
}

func (p *player) memberReacts(ctx context.Context, b beat, a desk.Actor, emoji string) error {
	m, err := p.Desk.Reply(ctx, a, p.threads[b.thread.key], desk.Draft{
		ClientID: b.thread.wamid(b.line), Type: desk.TypeReaction,
		Content: desk.Content{Reaction: &desk.React{Target: p.newest[b.thread.key], Emoji: emoji}},
	})
	if err != nil {
		return err
	}
	s, err := p.Desk.StartSend(ctx, m.ID)
	if err != nil || s == nil {
		return err
	}
	return p.Desk.FinishSend(ctx, desk.Sent{Attempt: s.Attempt, ExternalID: b.thread.wamid(b.line)})
}

func (p *player) save(ctx context.Context, workspace desk.ID, name string) (desk.Stored, error) {
	f, err := sampleFile(name)
	if err != nil {
		return desk.Stored{}, err
	}
	defer f.Close()
	return p.Files.Save(ctx, workspace, f, maxFile)
}
