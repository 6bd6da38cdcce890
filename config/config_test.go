package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyIsMadeOnceAndKept(t *testing.T) {
	d := Data{Dir: filepath.Join(t.TempDir(), "data")}
	first, err := d.Key()
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Key()
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(again) || len(first) != 64 {
		t.Fatalf("keys %d and %d characters long, want the same 64", len(first), len(again))
	}
	info, err := os.Stat(filepath.Join(d.Dir, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, want 0600", info.Mode().Perm())
	}
}

func TestKeyRefusesShortAndDamaged(t *testing.T) {
	if _, err := (Data{Secret: "short"}).Key(); err == nil {
		t.Error("a short secret was accepted")
	}
	d := Data{Dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(d.Dir, "secret"), []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Key(); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v, want an error about damage", err)
	}
}

func TestFilesDir(t *testing.T) {
	for files, want := range map[string]string{"": filepath.Join("d", "files"), "/mnt/share": "/mnt/share", "./near": "./near"} {
		if got, err := (Data{Dir: "d", Files: files}).FilesDir(); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", files, got, err, want)
		}
	}
	if _, err := (Data{Files: "s3://key:hunter2@bucket"}).FilesDir(); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a bucket: %v", err)
	}
}

func TestBusURL(t *testing.T) {
	const db = "postgres://db/parley"
	for _, c := range []struct{ bus, database, want string }{
		{"", "", ""}, {"", db, db}, {"postgres", db, db}, {"redis://r:6379", db, "redis://r:6379"}, {"redis://r", "", "redis://r"}, {"valkey://r", db, "valkey://r"},
	} {
		if got, err := (Server{Bus: c.bus}).BusURL(c.database); err != nil || got != c.want {
			t.Errorf("%q on %q: %q, %v; want %q", c.bus, c.database, got, err, c.want)
		}
	}
	for _, c := range []struct{ bus, database, shown string }{
		{"postgres", "", "PARLEY_DATABASE"}, {"nats://:hunter2@n", db, `"nats://...@n"`}, {"redis", db, `"redis"`}, {"postgres://other:hunter2@/db", db, `"postgres://...@/db"`},
		{"u:@hunter2@r:1", db, `"...@r:1"`}, {"nats://r?password=hunter2", db, `"nats://r"`}, {"nats://u:?hunter2@r", db, `"nats://...@r"`},
	} {
		if _, err := (Server{Bus: c.bus}).BusURL(c.database); err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), c.shown) {
			t.Errorf("%q on %q: %v, want an error with %s and without the password", c.bus, c.database, err, c.shown)
		}
	}
}

func TestProxies(t *testing.T) {
	got, err := Server{TrustedProxies: []string{"10.0.0.0/8", " ::1 ", ""}}.Proxies()
	if err != nil || len(got) != 2 || got[1].Bits() != 128 {
		t.Fatalf("got %v, %v", got, err)
	}
	if _, err := (Server{TrustedProxies: []string{"proxy.example"}}).Proxies(); err == nil {
		t.Fatal("a name was accepted as a proxy")
	}
}
