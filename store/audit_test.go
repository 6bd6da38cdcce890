package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/desk"
	"parley/store"
	"parley/store/storetest"
)

// TestAudit breaks the data in one way after another, behind the store's back.
func TestAudit(t *testing.T) {
	both(t, func(t *testing.T, e storetest.Engine) {
		w := storetest.NewWorld(t, e, store.Config{}, 1)
		now := w.Clock.Now()
		m := w.Receive(w.Channels[0], "+421905111222", "hello", now)
		hook := desk.Hook{Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: now, Body: []byte("x"), State: desk.HookPending}
		out, file := m, desk.File{Workspace: w.Workspace.ID, State: desk.FileStored, Hash: "h", CreatedAt: now}
		w.Do(func(tx desk.Tx) error {
			hook.ID, out.ID, file.ID = tx.NewID(), tx.NewID(), tx.NewID()
			out.Direction, out.Status, out.ExternalID, out.Text = desk.Out, desk.StatusQueued, "", "answer"
			out.Order = desk.Order{At: now.Add(time.Second), Hook: out.ID}
			if err := tx.AppendHook(hook); err != nil {
				return err
			}
			was, err := tx.LockConversation(m.Conversation)
			if err != nil {
				return err
			}
			next := was
			next.Last = desk.LastMessage{ID: out.ID, Order: out.Order, Direction: desk.Out, Type: out.Type, Status: out.Status, Preview: out.Text}
			next.LastOut = next.Last
			return tx.Apply(desk.Plan{
				desk.AddMessage{Message: out}, desk.AddFile{File: file}, desk.SetConversation{Was: was, Now: next},
				desk.AddOutbound{Outbound: desk.Outbound{Message: out.ID, Workspace: out.Workspace, Channel: out.Channel, Conversation: out.Conversation, Ref: "r", State: desk.StatusQueued, Since: now}},
				desk.SetDeadline{Deadline: desk.Deadline{Workspace: w.Workspace.ID, Kind: desk.DeadlineSnooze, SubjectType: "conversation", Subject: m.Conversation, DueAt: now}},
			})
		})
		wrong := func() map[string]int {
			t.Helper()
			r, err := w.Audit(ctx, now.Add(30*time.Second))
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]int{}
			for _, c := range r.Checks {
				if c.Wrong != 0 {
					found[c.Name] = c.Wrong
				}
				if (c.Wrong > 0) != (len(c.Findings) > 0) {
					t.Errorf("%s: %d times wrong, findings %v", c.Name, c.Wrong, c.Findings)
				}
			}
			if r.OK() != (len(found) == 0) {
				t.Errorf("OK: got %v with %v", r.OK(), found)
			}
			return found
		}
		if found := wrong(); len(found) != 0 {
			t.Fatalf("before anything is broken: %v", found)
		}
		late, err := w.Audit(ctx, now.Add(2*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range late.Checks {
			if want := c.Name == "every acknowledged hook has a fate" || c.Name == "no deadline is overdue"; want != (c.Wrong == 1) {
				t.Errorf("two minutes later: %s: got %d", c.Name, c.Wrong)
			}
		}
		if r, err := w.Audit(ctx, now.Add(11*time.Minute)); err != nil || !slices.ContainsFunc(r.Checks, func(c store.Check) bool {
			return c.Name == "no message is forgotten in its lane" && c.Wrong == 1
		}) {
			t.Errorf("eleven minutes later: %+v, %v", r, err)
		}
		for _, c := range []struct{ breakIt, mend, check string }{
			{"UPDATE counters SET n = n + 1 WHERE kind = 'open'", "UPDATE counters SET n = n - 1 WHERE kind = 'open'", "counters and sort keys equal a recount"},
			{"UPDATE conversations SET attention = 7", fmt.Sprintf("UPDATE conversations SET attention = %d", m.Order.At.Add(desk.ServiceWindow).UnixMicro()), "counters and sort keys equal a recount"},
			{"UPDATE conversations SET inbound_total = 2", "UPDATE conversations SET inbound_total = 1", "unread counts equal a recount"},
			{"UPDATE conversations SET read_total = -1", "UPDATE conversations SET read_total = 0", "unread counts equal a recount"},
			{fmt.Sprintf("UPDATE conversations SET last_id = %d", m.ID), fmt.Sprintf("UPDATE conversations SET last_id = %d", out.ID), "conversations show their last message"},
			{"UPDATE conversations SET out_status = 'read'", "UPDATE conversations SET out_status = 'queued'", "conversations show their last message"},
			{"UPDATE outbound SET receipt = 'read'", "UPDATE outbound SET receipt = ''", "every message has one outcome"},
			{"UPDATE outbound SET state = 'unknown'", "UPDATE outbound SET state = 'queued'", "every message has one outcome"},
			{"UPDATE message_keys SET external_id = 'x'", fmt.Sprintf("UPDATE message_keys SET external_id = '%s'", m.ExternalID), "provider ids are claimed by their messages"},
			{w.Unindex(m.ID), w.Reindex(m.ID), "everything that has words can be found"},
			{w.Reindex(1 << 40), w.Unindex(1 << 40), "everything that has words can be found"},
			{"UPDATE files SET hash = ''", "UPDATE files SET hash = 'h'", "stored files have their bytes' hash"},
			{"UPDATE workspaces SET change_seq = change_seq + 1", "UPDATE workspaces SET change_seq = change_seq - 1", "the change log has no gap"},
			{"UPDATE changes SET n = n + 100 WHERE n > 2", "UPDATE changes SET n = n - 100 WHERE n > 2", "the change log has no gap"},
			{"UPDATE hooks SET state = 'applied', items = 2", "UPDATE hooks SET state = 'pending', items = 0", "every acknowledged hook has a fate"},
			{"DELETE FROM hook_bodies", fmt.Sprintf("INSERT INTO hook_bodies (hook_id, body) VALUES (%d, '')", hook.ID), "every acknowledged hook has a fate"},
		} {
			if err := w.Exec(c.breakIt); err != nil {
				t.Fatalf("%s: %v", c.breakIt, err)
			}
			if found := wrong(); found[c.check] == 0 || len(found) > 1 {
				t.Errorf("%s: got %v, want %q", c.breakIt, found, c.check)
			}
			mend := c.mend
			if e.Name == "sqlite" && c.check == "every acknowledged hook has a fate" && c.breakIt == "DELETE FROM hook_bodies" {
				mend = fmt.Sprintf("INSERT INTO hook_bodies (hook_id, body) VALUES (%d, X'78')", hook.ID)
			}
			if err := w.Exec(mend); err != nil {
				t.Fatalf("%s: %v", mend, err)
			}
		}
		if found := wrong(); len(found) != 0 {
			t.Errorf("after all was mended: %v", found)
		}
	})
}
