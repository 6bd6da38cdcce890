package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
)

// World is a store with a workspace, two members, a connection and channels, and
// short ways to fill it.
type World struct {
	*store.Store
	TB        testing.TB
	Clock     *Clock
	Workspace desk.Workspace
	Owner     desk.Member
	Agent     desk.Member
	Conn      desk.Connection
	Channels  []desk.Channel
}

// NewWorld opens a store and fills it with a workspace of n channels.
func NewWorld(t testing.TB, e Engine, cfg store.Config, channels int) *World {
	t.Helper()
	w := &World{TB: t, Clock: NewClock()}
	if cfg.Now == nil {
		cfg.Now = w.Clock.Now
	}
	w.Store = e.Open(t, cfg)
	w.Workspace, w.Owner, w.Agent, w.Conn, w.Channels = w.AddWorkspace("Acme", channels)
	return w
}

// AddWorkspace makes another workspace with two members and n channels.
func (w *World) AddWorkspace(name string, n int) (ws desk.Workspace, owner, agent desk.Member, conn desk.Connection, channels []desk.Channel) {
	w.TB.Helper()
	now := w.Clock.Now()
	w.Do(func(tx desk.Tx) error {
		ws = desk.Workspace{ID: tx.NewID(), Name: name, CreatedAt: now}
		owner = desk.Member{ID: tx.NewID(), Workspace: ws.ID, Email: "owner@" + name + ".test", Name: "Olga", Role: desk.Owner, CreatedAt: now, Version: 1}
		agent = desk.Member{ID: tx.NewID(), Workspace: ws.ID, Email: "agent@" + name + ".test", Name: "Anton", Role: desk.Agent, CreatedAt: now, Version: 1}
		conn = desk.Connection{
			ID: tx.NewID(), Workspace: ws.ID, Kind: desk.WhatsApp, Provider: "cloud", Name: "WhatsApp", Key: "key-" + name,
			AccountID: "1001", Portfolio: "1001", Secrets: desk.Secrets{AppSecret: "app", AccessToken: "token"}, State: "ok", CreatedAt: now,
		}
		channels = nil
		for i := range n {
			channels = append(channels, desk.Channel{
				ID: tx.NewID(), Workspace: ws.ID, Connection: conn.ID, Kind: desk.WhatsApp, Name: fmt.Sprintf("Number %d", i+1),
				Address: fmt.Sprintf("+4219000000%02d", i), ExternalID: fmt.Sprintf("20%02d", i), State: "ok", CreatedAt: now,
			})
		}
		if err := tx.AddWorkspace(ws); err != nil {
			return err
		}
		if err := tx.AddMember(owner); err != nil {
			return err
		}
		if err := tx.AddMember(agent); err != nil {
			return err
		}
		return tx.AddConnection(conn, channels)
	})
	return ws, owner, agent, conn, channels
}

// Do writes and fails the test on an error.
func (w *World) Do(fn func(desk.Tx) error) {
	w.TB.Helper()
	if err := w.Write(context.Background(), desk.FromMembers, fn); err != nil {
		w.TB.Fatal(err)
	}
}

// All is the scope of an owner; Only that of an agent who sees some channels.
func (w *World) All() desk.Scope {
	return desk.Scope{Workspace: w.Workspace.ID, Member: w.Owner.ID, All: true}
}

// Only is the scope of an agent who sees some channels.
func (w *World) Only(channels ...desk.Channel) desk.Scope {
	s := desk.Scope{Workspace: w.Workspace.ID, Member: w.Agent.ID}
	for _, c := range channels {
		s.Channels = append(s.Channels, c.ID)
	}
	return s
}

// Receive stores an inbound message from a phone number as the rules would:
// contact and conversation are made when they are new.
func (w *World) Receive(ch desk.Channel, phone, text string, at time.Time) desk.Message {
	w.TB.Helper()
	var m desk.Message
	w.Do(func(tx desk.Tx) (err error) {
		m, err = Receive(tx, ch, phone, text, at)
		return err
	})
	return m
}

// Receive is what an inbound text writes, for tests and benchmarks.
func Receive(tx desk.Tx, ch desk.Channel, phone, text string, at time.Time) (desk.Message, error) {
	id := tx.NewID()
	external := "wamid." + id.String()
	if _, err := tx.ClaimKey(ch.ID, external, id); err != nil {
		return desk.Message{}, err
	}
	known, err := tx.LockIdentities(ch.Workspace, []desk.Identity{{Kind: desk.ByPhone, Value: phone}})
	if err != nil {
		return desk.Message{}, err
	}
	var plan desk.Plan
	var contact desk.Contact
	if len(known) == 0 {
		contact = desk.Contact{ID: tx.NewID(), Workspace: ch.Workspace, Profile: "Customer " + phone, CreatedAt: at}
		plan = append(plan, desk.AddContact{Contact: contact},
			desk.AddIdentity{Identity: desk.Identity{ID: tx.NewID(), Workspace: ch.Workspace, Contact: contact.ID, Kind: desk.ByPhone, Value: phone, CreatedAt: at}})
	} else {
		contacts, err := tx.LockContacts([]desk.ID{known[0].Contact})
		if err != nil {
			return desk.Message{}, err
		}
		contact = contacts[0]
	}
	was, exists, err := tx.LockThread(ch.ID, contact.ID)
	if err != nil {
		return desk.Message{}, err
	}
	next := was
	if !exists {
		next = desk.Conversation{ID: tx.NewID(), Workspace: ch.Workspace, Channel: ch.ID, Contact: contact.ID, State: desk.Open, CreatedAt: at}
	}
	m := desk.Message{
		ID: id, Workspace: ch.Workspace, Conversation: next.ID, Channel: ch.ID, Contact: contact.ID,
		Direction: desk.In, Author: desk.Author{Kind: desk.ByContact, ID: contact.ID}, Type: desk.TypeText, Text: text,
		ExternalID: external, ProviderAt: at, CreatedAt: at, Order: desk.Order{At: at, Hook: id}, Version: 1,
	}
	if !next.Waiting {
		next.Waiting, next.WaitingSince = true, at
	}
	next.State, next.OpenerAt, next.LastIn, next.LastInID = desk.Open, at, at, m.ID
	next.InboundTotal++
	if !m.Order.Before(next.Last.Order) {
		next.Last = desk.LastMessage{ID: m.ID, Order: m.Order, Direction: m.Direction, Type: m.Type, Preview: desk.Preview(m)}
	}
	if exists {
		plan = append(plan, desk.SetConversation{Was: was, Now: next})
	} else {
		plan = append(plan, desk.AddConversation{Conversation: next})
	}
	if err := tx.Apply(append(plan, desk.AddMessage{Message: m})); err != nil {
		return desk.Message{}, err
	}
	_, err = tx.Parked(ch.ID, external)
	return m, err
}

// Change loads a conversation, changes it and stores it.
func (w *World) Change(id desk.ID, change func(*desk.Conversation)) desk.Conversation {
	w.TB.Helper()
	var c desk.Conversation
	w.Do(func(tx desk.Tx) error {
		was, err := tx.LockConversation(id)
		if err != nil {
			return err
		}
		next := was
		change(&next)
		if err := tx.Apply(desk.Plan{desk.SetConversation{Was: was, Now: next}}); err != nil {
			return err
		}
		c, err = tx.LockConversation(id)
		return err
	})
	return c
}
