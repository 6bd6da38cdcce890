package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
)

func testPeople(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()

	got := must(w.WorkspaceByID(ctx, w.Workspace.ID))(t)
	if diff := cmp.Diff(w.Workspace, got); diff != "" {
		t.Errorf("workspace (-want +got):\n%s", diff)
	}
	_, err := w.WorkspaceByID(ctx, 1<<40)
	wantCode(t, "an unknown workspace", err, desk.CodeNotFound)

	ws := w.Workspace

	m := w.Agent
	m.Name, m.Role, m.PasswordHash, m.Settings = "Ján", desk.Supervisor, "$argon2id$", desk.MemberSettings{Language: "sk", Sound: true}
	w.Do(func(tx desk.Tx) error { return tx.SetMember(m) })
	m.Version = 2
	if diff := cmp.Diff(m, must(w.Member(ctx, w.Workspace.ID, m.ID))(t)); diff != "" {
		t.Errorf("changed member (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]desk.Member{w.Owner, m}, must(w.Members(ctx, w.Workspace.ID))(t)); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}

	other, _, stranger, _, _ := w.AddWorkspace("Other", 0)
	_, err = w.Member(ctx, ws.ID, stranger.ID)
	wantCode(t, "a member of another workspace", err, desk.CodeNotFound)
	if ws := must(w.Workspaces(ctx))(t); len(ws) != 2 || ws[1].ID != other.ID {
		t.Errorf("workspaces: got %v", ws)
	}
	third := desk.Workspace{Name: "Łódź s. r. o.", Settings: desk.WorkspaceSettings{WarnBefore: time.Hour, ReactionOpensWindow: true}, CreatedAt: now}
	w.Do(func(tx desk.Tx) error {
		third.ID = tx.NewID()
		return tx.AddWorkspace(third)
	})
	w.Do(func(tx desk.Tx) error {
		got, err := tx.Workspace(third.ID)
		if diff := cmp.Diff(third, got); diff != "" {
			t.Errorf("workspace with settings (-want +got):\n%s", diff)
		}
		return err
	})

	again := desk.Member{Workspace: ws.ID, Email: w.Owner.Email, Name: "Twin", Role: desk.Agent, CreatedAt: now}
	add := func(tx desk.Tx) error { again.ID = tx.NewID(); return tx.AddMember(again) }
	wantCode(t, "an e-mail address that is taken", w.Write(ctx, desk.FromMembers, add), desk.CodeConflict)
	again.Workspace = other.ID
	w.Do(add)
	if ms := must(w.MembersByEmail(ctx, w.Owner.Email))(t); len(ms) != 2 {
		t.Errorf("members with one address in two workspaces: got %d, want 2", len(ms))
	}
	gone := w.Owner
	gone.RemovedAt = now
	w.Do(func(tx desk.Tx) error { return tx.SetMember(gone) })
	again.Workspace = ws.ID
	w.Do(add)

	w.Do(func(tx desk.Tx) error {
		any, err := tx.AnyWorkspace()
		if !any {
			t.Error("AnyWorkspace does not see the workspace")
		}
		return err
	})
}

func testAccess(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 0)
	now := w.Clock.Now()
	s := desk.Session{
		Workspace: w.Workspace.ID, Member: w.Agent.ID, Hash: []byte{1, 2, 0, 255}, CreatedAt: now, SeenAt: now,
		ExpiresAt: now.Add(time.Hour), IP: "2001:db8::1", Agent: "Firefox",
	}
	k := desk.Token{Workspace: w.Workspace.ID, Member: w.Agent.ID, Name: "script", Hash: []byte{9}, CreatedAt: now}
	w.Do(func(tx desk.Tx) error {
		s.ID, k.ID = tx.NewID(), tx.NewID()
		if err := tx.AddSession(s); err != nil {
			return err
		}
		return tx.AddToken(k)
	})
	if diff := cmp.Diff(s, must(w.SessionByHash(ctx, s.Hash))(t)); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	_, err := w.SessionByHash(ctx, []byte{1})
	wantCode(t, "an unknown session", err, desk.CodeNotFound)
	s.SeenAt, s.ExpiresAt = now.Add(time.Minute), now.Add(2*time.Hour)
	w.Do(func(tx desk.Tx) error { return tx.SetSession(s) })
	if diff := cmp.Diff([]desk.Session{s}, must(w.Sessions(ctx, w.Workspace.ID, w.Agent.ID))(t)); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
	w.Do(func(tx desk.Tx) error { return tx.DropSession(s.ID) })
	_, err = w.SessionByHash(ctx, s.Hash)
	wantCode(t, "a session that ended", err, desk.CodeNotFound)
	wantCode(t, "changing a session that ended", w.Write(ctx, desk.FromMembers, func(tx desk.Tx) error { return tx.SetSession(s) }), desk.CodeNotFound)

	if diff := cmp.Diff(k, must(w.TokenByHash(ctx, k.Hash))(t)); diff != "" {
		t.Errorf("token (-want +got):\n%s", diff)
	}
	revoked := k
	revoked.RevokedAt = now.Add(time.Hour)
	w.Do(func(tx desk.Tx) error { return tx.SetToken(revoked) })
	k.UsedAt = now.Add(2 * time.Hour)
	w.Do(func(tx desk.Tx) error { return tx.SetToken(k) })
	if got := must(w.Tokens(ctx, w.Workspace.ID, w.Agent.ID))(t); len(got) != 1 || !got[0].RevokedAt.Equal(revoked.RevokedAt) || !got[0].UsedAt.Equal(k.UsedAt) {
		t.Errorf("a late use of a token: got %+v, want it revoked and used", got)
	}

	sessions := map[desk.ID]desk.ID{} // to their members
	var keep, foreign desk.ID
	w.Do(func(tx desk.Tx) error {
		for i, m := range []desk.ID{w.Agent.ID, w.Agent.ID, w.Owner.ID} {
			s.ID, s.Member, s.Hash = tx.NewID(), m, []byte{7, byte(i)}
			sessions[s.ID] = m
			if err := tx.AddSession(s); err != nil {
				return err
			}
			k.ID, k.Member, k.Hash, k.RevokedAt = tx.NewID(), m, []byte{8, byte(i)}, time.Time{}
			if err := tx.AddToken(k); err != nil {
				return err
			}
			if m == w.Agent.ID {
				keep = s.ID
			} else {
				foreign = s.ID
			}
		}
		if err := tx.DropSessions(w.Agent.ID, keep); err != nil {
			return err
		}
		return tx.RevokeTokens(w.Agent.ID, now.Add(3*time.Hour))
	})
	for m, want := range map[desk.ID]desk.ID{w.Agent.ID: keep, w.Owner.ID: foreign} {
		if got := must(w.Sessions(ctx, w.Workspace.ID, m))(t); len(got) != 1 || got[0].ID != want {
			t.Errorf("after the others ended member %d has %+v, want session %d", m, got, want)
		}
	}
	for _, token := range must(w.Tokens(ctx, w.Workspace.ID, w.Agent.ID))(t) {
		if want := now.Add(3 * time.Hour); !token.RevokedAt.Equal(want) && !token.RevokedAt.Equal(revoked.RevokedAt) {
			t.Errorf("token %d was revoked at %v, want %v, or when it was before", token.ID, token.RevokedAt, want)
		}
	}
	if got := must(w.Tokens(ctx, w.Workspace.ID, w.Owner.ID))(t); len(got) != 1 || !got[0].RevokedAt.IsZero() {
		t.Errorf("somebody else's token: %+v", got)
	}
}

func testTeams(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 3)
	a := desk.Team{Workspace: w.Workspace.ID, Name: "Sales", Members: []desk.ID{w.Owner.ID, w.Agent.ID}, Channels: []desk.ID{w.Channels[0].ID, w.Channels[2].ID}}
	b := desk.Team{Workspace: w.Workspace.ID, Name: "Empty"}
	w.Do(func(tx desk.Tx) error {
		a.ID, b.ID = tx.NewID(), tx.NewID()
		if err := tx.AddTeam(a); err != nil {
			return err
		}
		return tx.AddTeam(b)
	})
	if diff := cmp.Diff([]desk.Team{a, b}, must(w.Teams(ctx, w.Workspace.ID))(t)); diff != "" {
		t.Errorf("teams (-want +got):\n%s", diff)
	}
	a.Name, a.Members, a.Channels = "Support", []desk.ID{w.Agent.ID}, nil
	w.Do(func(tx desk.Tx) error { return tx.SetTeam(a) })
	if diff := cmp.Diff([]desk.Team{a, b}, must(w.Teams(ctx, w.Workspace.ID))(t)); diff != "" {
		t.Errorf("changed teams (-want +got):\n%s", diff)
	}
	w.Do(func(tx desk.Tx) error {
		members, err := tx.LockMembers(w.Workspace.ID)
		if err != nil {
			return err
		}
		if diff := cmp.Diff([]desk.Member{w.Owner, w.Agent}, members); diff != "" {
			t.Errorf("locked members (-want +got):\n%s", diff)
		}
		if err := tx.DropTeam(b.ID); err != nil {
			return err
		}
		teams, err := tx.LockTeams(w.Workspace.ID)
		if diff := cmp.Diff([]desk.Team{a}, teams); diff != "" {
			t.Errorf("locked teams (-want +got):\n%s", diff)
		}
		return err
	})
	w.Do(func(tx desk.Tx) error { return tx.DropTeam(a.ID) })
	if got := must(w.Teams(ctx, w.Workspace.ID))(t); len(got) != 0 {
		t.Errorf("deleted teams: %+v", got)
	}
}

func testAssigned(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	var all []desk.ID
	for i := range 5 {
		m := w.Receive(w.Channels[0], fmt.Sprintf("+42190511122%d", i), "hello", w.Clock.Now())
		w.Change(m.Conversation, func(c *desk.Conversation) {
			c.Assignee = w.Agent.ID
			switch i {
			case 1:
				c.Assignee = w.Owner.ID
			case 2:
				c.DeletedAt = w.Clock.Now()
			case 3:
				c.State = desk.Closed
			}
		})
		if i != 1 && i != 2 {
			all = append(all, m.Conversation)
		}
	}
	first := must(w.Assigned(ctx, w.Workspace.ID, w.Agent.ID, 0, 2))(t)
	second := must(w.Assigned(ctx, w.Workspace.ID, w.Agent.ID, first[1], 2))(t)
	if diff := cmp.Diff(all, append(first, second...)); diff != "" {
		t.Errorf("conversations of a member (-want +got):\n%s", diff)
	}
	if got := must(w.Assigned(ctx, w.Workspace.ID+1, w.Agent.ID, 0, 9))(t); len(got) != 0 {
		t.Errorf("in another workspace: %v", got)
	}
}

// testNumberOnce: a number is in use once, whoever connects it at the same moment;
// removed ones do not count. removed and used are channels of the same connection.
func testNumberOnce(t *testing.T, w *World, removed, used desk.Channel) {
	t.Helper()
	for name, spoil := range map[string]func(tx desk.Tx) error{
		"added a second time": func(tx desk.Tx) error {
			twin := used
			twin.ID = tx.NewID()
			return tx.AddChannel(twin)
		},
		"brought back as another": func(tx desk.Tx) error {
			twin := removed
			twin.ExternalID, twin.RemovedAt = used.ExternalID, time.Time{}
			return tx.SetChannel(twin)
		},
	} {
		wantCode(t, name, w.Write(ctx, desk.FromMembers, spoil), desk.CodeConflict)
	}
	if err := w.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		same(t, "a number without messages is used", false)(tx.ChannelUsed(used.ID))
		if _, err := tx.ClaimKey(used.ID, "wamid.1", 0); err != nil {
			return err
		}
		same(t, "a number with messages is used", true)(tx.ChannelUsed(used.ID))
		twin := used
		twin.ID, twin.RemovedAt = tx.NewID(), w.Clock.Now()
		if err := tx.AddChannel(twin); err != nil {
			return err
		}
		return errUndone
	}); !errors.Is(err, errUndone) {
		t.Error(err)
	}
}

func testConnections(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	if diff := cmp.Diff(w.Conn, must(w.ConnectionByKey(ctx, w.Conn.Key))(t)); diff != "" {
		t.Errorf("connection (-want +got):\n%s", diff)
	}
	_, err := w.ConnectionByKey(ctx, "nobody")
	wantCode(t, "an unknown key", err, desk.CodeNotFound)
	c := w.Conn
	c.Name, c.State, c.StateText, c.Secrets.AccessToken, c.Secrets.HookSecret = "Other", "reconnect", "The token has expired.", "new", "hook"
	c.TestedAt, c.TestText, c.RefusedHooks, c.RefusedAt = w.Clock.Now(), "The token is wrong.", 1<<33, w.Clock.Now().Add(time.Second)
	added := desk.Channel{Workspace: c.Workspace, Connection: c.ID, Kind: desk.WhatsApp, Name: "Late", Address: "+421900111222", ExternalID: "77", State: "ok", CreatedAt: w.Clock.Now()}
	changed := w.Channels[0]
	changed.Name, changed.State, changed.StateText, changed.RemovedAt = "Renamed", "reconnect", "Not registered.", w.Clock.Now()
	w.Do(func(tx desk.Tx) error {
		if err := tx.SetConnection(c); err != nil {
			return err
		}
		if err := tx.SetChannel(changed); err != nil {
			return err
		}
		added.ID = tx.NewID()
		if err := tx.AddChannel(added); err != nil {
			return err
		}
		got, err := tx.Channel(added.ID)
		if diff := cmp.Diff(added, got); diff != "" {
			t.Errorf("channel (-want +got):\n%s", diff)
		}
		return err
	})
	if diff := cmp.Diff(c, must(w.Connection(ctx, c.Workspace, c.ID))(t)); diff != "" {
		t.Errorf("changed connection (-want +got):\n%s", diff)
	}
	want := []desk.Channel{changed, w.Channels[1], added}
	if diff := cmp.Diff(want, must(w.Store.Channels(ctx, c.Workspace))(t)); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if err := w.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		next := c
		next.ID, next.Key = tx.NewID(), "next"
		if err := tx.AddConnection(next, nil); err != nil {
			return err
		}
		moved := changed
		moved.Connection, moved.RemovedAt = next.ID, time.Time{}
		if err := tx.SetChannel(moved); err != nil {
			return err
		}
		same(t, "channels after one moved", []desk.Channel{moved, w.Channels[1], added})(tx.LockChannels(c.Workspace))
		same[[]desk.Channel](t, "channels of no workspace", nil)(tx.LockChannels(1 << 40))
		return errUndone
	}); !errors.Is(err, errUndone) {
		t.Error(err)
	}
	testNumberOnce(t, w, changed, w.Channels[1])
	other, _, _, oc, _ := w.AddWorkspace("Other", 1)
	if err := w.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		second, gone := c, c
		second.ID, second.Key, second.AccountID = tx.NewID(), "second", "1002"
		gone.ID, gone.Key, gone.RemovedAt = tx.NewID(), "gone", w.Clock.Now()
		for _, c := range []desk.Connection{second, gone} {
			if err := tx.AddConnection(c, nil); err != nil {
				return err
			}
		}
		same(t, "connections of the account", []desk.ID{c.ID})(tx.ConnectionsOf(second.ID, c.AccountID))
		same(t, "connections of the other account", []desk.ID{second.ID})(tx.ConnectionsOf(c.ID, "1002"))
		same[[]desk.ID](t, "connections of no account", nil)(tx.ConnectionsOf(c.ID, "1003"))
		same[[]desk.ID](t, "connections of an account that another workspace does not have", nil)(tx.ConnectionsOf(oc.ID, "1002"))
		return errUndone
	}); !errors.Is(err, errUndone) {
		t.Error(err)
	}
	_, err = w.Connection(ctx, other.ID, c.ID)
	wantCode(t, "a connection of another workspace", err, desk.CodeNotFound)
	if cs := must(w.Connections(ctx, 0))(t); len(cs) != 2 || cs[1].ID != oc.ID {
		t.Errorf("connections of all workspaces: got %d", len(cs))
	}
	if cs := must(w.Connections(ctx, other.ID))(t); len(cs) != 1 {
		t.Errorf("connections of one workspace: got %d", len(cs))
	}
	if chs := must(w.Store.Channels(ctx, 0))(t); len(chs) != 4 {
		t.Errorf("channels of all workspaces: got %d, want 4", len(chs))
	}
	taken := oc
	taken.Key = c.Key
	wantCode(t, "a hook key that is taken", w.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		taken.ID = tx.NewID()
		return tx.AddConnection(taken, nil)
	}), desk.CodeConflict)
}

// testSealed opens the data with another secret than the one that it was made
// with.
func testSealed(t *testing.T, e Engine) {
	cfg := e.Database(t)
	w := NewWorld(t, e, cfg, 1)
	cfg.Secret = []byte("another secret of the tests, 32 b.")
	other := e.Open(t, cfg)
	fresh := w.Conn
	fresh.Name, fresh.Key = "Fresh", "fresh"
	if err := other.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		fresh.ID = tx.NewID()
		return tx.AddConnection(fresh, nil)
	}); err != nil {
		t.Fatal(err)
	}

	cs := must(other.Connections(ctx, 0))(t)
	if len(cs) != 2 || cs[1].Sealed || cs[1].Secrets != fresh.Secrets {
		t.Fatalf("connections: got %+v", cs)
	}
	sealed := cs[0]
	if !sealed.Sealed || sealed.Secrets != (desk.Secrets{}) || sealed.State != "reconnect" || !strings.Contains(sealed.StateText, "PARLEY_SECRET") {
		t.Errorf("a connection of another secret: got %+v", sealed)
	}
	_, err := other.ConnectionByKey(ctx, w.Conn.Key)
	wantCode(t, "a hook for a sealed connection", err, desk.CodeUnavailable)

	change := func(c desk.Connection) {
		t.Helper()
		if err := other.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
			have, err := tx.LockConnection(c.ID)
			if have.Sealed != sealed.Sealed {
				t.Errorf("locked: got %+v", have)
			}
			if err != nil {
				return err
			}
			return tx.SetConnection(c)
		}); err != nil {
			t.Fatal(err)
		}
	}
	sealed.Name = "Renamed"
	change(sealed)
	want := w.Conn
	want.Name = "Renamed"
	if diff := cmp.Diff(want, must(w.Connection(ctx, want.Workspace, want.ID))(t)); diff != "" {
		t.Errorf("with the first secret, after a change (-want +got):\n%s", diff)
	}
	want.Secrets.AccessToken = "entered again"
	change(want)
	if diff := cmp.Diff(want, must(other.ConnectionByKey(ctx, want.Key))(t)); diff != "" {
		t.Errorf("with secrets that were entered again (-want +got):\n%s", diff)
	}
}

// testOwnership needs two stores on the same data folder.
func testOwnership(t *testing.T, e Engine) {
	cfg := e.Database(t)
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	first, second := e.Open(t, cfg), e.Open(t, cfg)
	if err := first.Own(ctx); err != nil {
		t.Fatal(err)
	}
	if err := first.Own(ctx); err != nil {
		t.Errorf("owning twice: %v", err)
	}
	wantCode(t, "a second owner", second.Own(ctx), desk.CodeConflict)
	if err := second.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		return tx.AddWorkspace(desk.Workspace{ID: tx.NewID(), Name: "by a command", CreatedAt: time.Unix(1, 0)})
	}); err != nil {
		t.Errorf("a command that writes beside the owner: %v", err)
	}
	if ws := must(first.Workspaces(ctx))(t); len(ws) != 1 {
		t.Errorf("the owner sees %d workspaces, want the one of the command", len(ws))
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Own(ctx); err != nil {
		t.Errorf("owning after the first ended: %v", err)
	}
}
