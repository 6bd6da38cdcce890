package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/config"
	"parley/desk"
)

func TestTheDoctorNamesWhatANodeHolds(t *testing.T) {
	all := []desk.Connection{{ID: 7, Name: "Shop"}, {ID: 8, Name: "Support"}}
	lease := func(name, node string, left time.Duration) desk.Tenure {
		return desk.Tenure{Lease: desk.Lease{Name: name, Token: 1}, Node: node, Left: left}
	}
	leases := []desk.Tenure{
		lease(desk.ClockLease, "a", time.Second), lease(desk.ConnectionLease(7), "a", time.Second),
		lease(desk.ConnectionLease(8), "b", time.Second), lease(desk.ConnectionLease(9), "a", -time.Second),
	}
	for node, want := range map[string]string{"a": `the clock, the connection "Shop"`, "b": `the connection "Support"`, "c": "nothing"} {
		if got := holdings(node, leases, all); got != want {
			t.Errorf("%s holds %s, want %s", node, got, want)
		}
	}
}

func TestTheDoctorMissesAttachments(t *testing.T) {
	dir := dataDir(t)
	a, err := newTestApp(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	_, owner, err := a.desk.CreateWorkspace(t.Context(), "Acme", desk.NewMember{Email: "ann@example.com", Name: "Ann", Password: "long enough for all"}, true)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := a.files.Save(t.Context(), owner.Workspace, strings.NewReader("a letter"), 100)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.desk.AddUpload(t.Context(), desk.Actor{Member: owner}, "letter.txt", stored); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	look := func(files, want string) {
		t.Helper()
		c := doctorCommand{Data: config.Data{Dir: dir, Files: files}, Offline: true}
		if said, _ := printed(t, c); !strings.Contains(said, want) {
			t.Errorf("with the folder %q the doctor says:\n%s\nwant %q in it", files, said, want)
		}
	}
	look("", "The newest attachments are in")
	look(other, "folder for attachments cannot be read")
	if _, err := os.Stat(other); !os.IsNotExist(err) {
		t.Errorf("looking made the folder: %v", err)
	}
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	look(other, "Of the newest 1 attachment 1 cannot be read")
}
