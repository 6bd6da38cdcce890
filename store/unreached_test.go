package store_test

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"parley/store"
	"parley/store/storetest"
)

func TestPostgresThatIsNotReachedIsExplained(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	tell := func(address string) string {
		t.Helper()
		s, err := store.Open(t.Context(), store.Config{URL: address, Secret: storetest.Secret, Now: storetest.NewClock().Now})
		if err == nil {
			s.Close()
			t.Fatalf("%s was opened", address)
		}
		if said := err.Error(); strings.Contains(said, "\n") || strings.Contains(said, "TLS") || strings.Contains(said, "hunter2") || !strings.Contains(said, "PARLEY_DATABASE") {
			t.Errorf("it says %q; want one line with the setting and without the password", said)
		}
		return err.Error()
	}
	if said := tell("postgres://parley:hunter2@" + closed.Addr().String() + "/parley"); strings.Count(said, "connection refused") != 1 || !strings.Contains(said, closed.Addr().String()) {
		t.Errorf("nobody listens: %q", said)
	}
	there, err := url.Parse(storetest.Postgres().Database(t).URL) // skips without a server
	if err != nil {
		t.Fatal(err)
	}
	there.Path = "/no_such_database"
	if said := tell(there.String()); !strings.Contains(said, `no database "no_such_database"`) {
		t.Errorf("no database: %q", said)
	}
	there.User = url.UserPassword("no_such_user", "hunter2")
	if said := tell(there.String()); !strings.Contains(said, `"no_such_user"`) {
		t.Errorf("no user: %q", said)
	}
}
