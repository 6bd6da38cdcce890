package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/desk"
	"parley/store"
)

// mark is what a database says of the data in it: that they were made here, from
// what, and how far that went. It changes in the transactions that write the
// data, so work that was interrupted goes on where it stood.
type mark struct {
	Version int
	Size    string
	Seed    uint64
	Base    time.Time
	Began   time.Time
	Spent   time.Duration // in all runs
	Place   place
	FirstID desk.ID
	Stage   string
	Done    int      // of the stage
	Restore []string // what makes the dropped indexes and constraints again
}

// version changes when the same size and seed no longer give the same data.
const version = 1

// The stages, in order.
const (
	stagePeople   = "people"
	stageThreads  = "conversations"
	stageMessages = "messages"
	stageKeys     = "keys"
	stageIndexes  = "indexes"
	stageNumbers  = "numbers"
	stageDone     = "done"
)

const (
	markTable = "bench_data"
	markRow   = "CREATE TABLE IF NOT EXISTS " + markTable + " (id INTEGER NOT NULL PRIMARY KEY, state TEXT NOT NULL)"
)

func (m mark) String() string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // it has nothing that cannot be written
	}
	return string(b)
}

func parseMark(text string) (mark, error) {
	var m mark
	if text == "" {
		return m, nil
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("what the database says of its benchmark data cannot be read: %w", err)
	}
	if m.Version != version {
		return m, errors.New("the data were made by another version of the benchmarks; delete them and let them be made anew")
	}
	return m, nil
}

// people writes the workspace with its channels, members and teams, and says
// where the rest belongs. Where they stand already, they are found again.
func people(ctx context.Context, st *store.Store, now time.Time) (place, error) {
	all, err := st.Workspaces(ctx)
	if err != nil || len(all) > 0 {
		if err != nil {
			return place{}, err
		}
		return settled(ctx, st, all[0].ID)
	}
	var workspace desk.ID
	err = st.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		w := desk.Workspace{ID: tx.NewID(), Name: "Benchmarks", CreatedAt: now}
		workspace = w.ID
		if err := tx.AddWorkspace(w); err != nil {
			return err
		}
		c := desk.Connection{
			ID: tx.NewID(), Workspace: w.ID, Kind: desk.WhatsApp, Provider: "cloud", Name: "Shops", Key: "benchmarks", AccountID: Account, Portfolio: Account,
			APIBaseURL: "http://127.0.0.1:9/v24.0", State: "ok", CreatedAt: now,
			Secrets: desk.Secrets{AppSecret: "benchmark-app-secret", VerifyToken: "benchmark-verify-token", AccessToken: "benchmark-access-token"},
		}
		var lines []desk.Channel
		for i := range channels {
			lines = append(lines, desk.Channel{
				ID: tx.NewID(), Workspace: w.ID, Connection: c.ID, Kind: desk.WhatsApp, Name: fmt.Sprintf("Shop %d", i+1),
				Address: fmt.Sprintf("+1555010%04d", i), ExternalID: fmt.Sprintf("10654035224%04d", i), CreatedAt: now,
			})
		}
		if err := tx.AddConnection(c, lines); err != nil {
			return err
		}
		teams := make([]desk.Team, channels)
		for i := range overseers + agents {
			m := desk.Member{
				ID: tx.NewID(), Workspace: w.ID, Email: fmt.Sprintf("member%d@benchmarks.test", i), Name: fmt.Sprintf("Member %d", i), Role: desk.Agent, CreatedAt: now,
			}
			switch {
			case i == 0:
				m.Role = desk.Owner
			case i < overseers:
				m.Role = desk.Admin
			default:
				t := &teams[i%channels]
				t.Members = append(t.Members, m.ID)
			}
			if err := tx.AddMember(m); err != nil {
				return err
			}
		}
		for i, t := range teams {
			t.ID, t.Workspace, t.Name, t.Channels = tx.NewID(), w.ID, fmt.Sprintf("Team %d", i+1), []desk.ID{lines[i].ID}
			if err := tx.AddTeam(t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return place{}, err
	}
	return settled(ctx, st, workspace)
}

// Account is the id of the WhatsApp Business Account of the data.
const Account = "102290129340398"

func settled(ctx context.Context, st *store.Store, workspace desk.ID) (place, error) {
	p := place{Workspace: workspace, Portfolio: Account}
	teams, err := st.Teams(ctx, workspace)
	if err != nil {
		return p, err
	}
	for _, t := range teams {
		p.Channels = append(p.Channels, t.Channels[0])
		p.Teams = append(p.Teams, t.Members)
	}
	return p, nil
}
