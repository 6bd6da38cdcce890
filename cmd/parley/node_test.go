package main

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/config"
	"parley/desk"
	"parley/store/storetest"
)

// serves makes a node on a database, as serve does, and lets its jobs run.
func serves(t *testing.T, data config.Data) *app {
	t.Helper()
	a, err := newApp(t.Context(), data, config.Server{}, quiet(), options{now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.jobs.Stop()
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

const sharedSecret = "a secret that all nodes have, 32 bytes"

func TestNodes_ShareADatabase(t *testing.T) {
	url := storetest.Postgres().Database(t).URL
	here := config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}
	there := config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}
	serves(t, here)
	if _, err := newApp(t.Context(), here, config.Server{}, quiet(), options{now: time.Now}); desk.CodeOf(err) != desk.CodeConflict {
		t.Errorf("a second server on the same folder: %v, want a conflict", err)
	}
	serves(t, there)
	one, err := nodeOf(here)
	if err != nil {
		t.Fatal(err)
	}
	other, err := nodeOf(there)
	if err != nil || one == "" || one == other {
		t.Errorf("the nodes are %q and %q, %v", one, other, err)
	}
}

// TestNodes_CommandsBesideThem runs commands from a folder that no server has open.
func TestNodes_CommandsBesideThem(t *testing.T) {
	url := storetest.Postgres().Database(t).URL
	data := config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}
	a := serves(t, data)
	aside := config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}
	add := userAddCommand{aside, userAdd{Email: "ann@example.com", Name: "Ann", Role: "owner", Password: "long enough for all"}}
	if err := add.Run(t.Context(), quiet()); err != nil {
		t.Errorf("user add: %v", err)
	}
	if all, err := a.store.Workspaces(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("the server sees %d workspaces, %v", len(all), err)
	}
	for name, c := range map[string]runner{
		"verify": verifyCommand{aside}, "replay": replayCommand{aside},
		"backup": backupCommand{aside, filepath.Join(aside.Dir, "backup")},
	} {
		if err := c.Run(t.Context(), quiet()); err != nil {
			t.Errorf("%s beside a node: %v", name, err)
		}
	}
	for name, c := range map[string]runner{
		"migrate": migrateCommand{aside},
		"restore": restoreCommand{config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}, filepath.Join(aside.Dir, "backup")},
	} {
		err := c.Run(t.Context(), quiet())
		if desk.CodeOf(err) != desk.CodeConflict || !strings.Contains(say(err), "Stop every node") {
			t.Errorf("%s beside a node: %v, want to hear what to stop", name, err)
		}
	}
}

// TestNodes_ANewVersionWaits starts a node that would have to change the schema
// under another.
func TestNodes_ANewVersionWaits(t *testing.T) {
	where := storetest.Postgres().Database(t)
	serves(t, config.Data{Dir: dataDir(t), Database: where.URL, Secret: sharedSecret})
	db, err := sql.Open("pgx", where.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)"); err != nil {
		t.Fatal(err)
	}
	_, err = newApp(t.Context(), config.Data{Dir: dataDir(t), Database: where.URL, Secret: sharedSecret}, config.Server{}, quiet(), options{now: time.Now})
	if desk.CodeOf(err) != desk.CodeConflict || !strings.Contains(say(err), "Stop every node") {
		t.Errorf("got %v, want to hear what to stop", err)
	}
}

// TestNodes_AnotherSecret starts nodes that cannot open the secrets in the database,
// beside another node and alone.
func TestNodes_AnotherSecret(t *testing.T) {
	url := storetest.Postgres().Database(t).URL
	here := config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}
	wrong := config.Data{Dir: dataDir(t), Database: url, Secret: "a secret that nobody else has, 32 bytes"}
	a, err := newApp(t.Context(), here, config.Server{}, quiet(), options{now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.store.Write(t.Context(), desk.FromMembers, func(tx desk.Tx) error {
		w := desk.Workspace{ID: tx.NewID(), Name: "Acme", CreatedAt: time.Unix(1, 0)}
		return errors.Join(tx.AddWorkspace(w), tx.AddConnection(desk.Connection{
			ID: tx.NewID(), Workspace: w.ID, Kind: desk.WhatsApp, Provider: "cloud", Name: "Shop", Key: "key", State: "ok", CreatedAt: time.Unix(1, 0),
			Secrets: desk.Secrets{AccessToken: "token"},
		}, nil))
	}); err != nil {
		t.Fatal(err)
	}
	if err := a.jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := newApp(t.Context(), wrong, config.Server{}, quiet(), options{now: time.Now}); desk.CodeOf(err) != desk.CodeConflict || !strings.Contains(say(err), "PARLEY_SECRET") {
		t.Errorf("with another secret beside a node: %v, want to hear which to use", err)
	}
	right, err := newApp(t.Context(), config.Data{Dir: dataDir(t), Database: url, Secret: sharedSecret}, config.Server{}, quiet(), options{now: time.Now})
	if err != nil {
		t.Fatalf("with the same secret: %v", err)
	}
	a.jobs.Stop()
	if err := errors.Join(right.close(), a.close()); err != nil {
		t.Fatal(err)
	}
	serves(t, wrong) // alone: an admin enters the secrets again
}
