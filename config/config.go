// Package config is the one place that says what can be set. Every value can be
// given as a flag or in the environment; a flag wins.
package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// Data says where everything is kept. Every command that touches data takes it.
type Data struct {
	Dir      string `name:"data" env:"PARLEY_DATA" default:"./data" help:"Folder for the database, attachments and secrets."`
	Database string `name:"database" env:"PARLEY_DATABASE" help:"postgres://... to use PostgreSQL. Empty: SQLite in the data folder."`
	Files    string `name:"files" env:"PARLEY_FILES" help:"Folder for attachments, which several servers on one database share. Empty: the folder files in the data folder."`
	Secret   string `name:"secret" env:"PARLEY_SECRET" help:"Key that encrypts stored tokens, at least 32 characters. Empty: one is made and kept in the data folder."`
}

// Server says how the server is reached and whom it may call.
type Server struct {
	Listen         string   `name:"listen" env:"PARLEY_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on."`
	PublicURL      string   `name:"public-url" env:"PARLEY_PUBLIC_URL" help:"Address at which people and providers reach the server, such as https://desk.example.com."`
	Bus            string   `name:"bus" env:"PARLEY_BUS" help:"How servers on one PostgreSQL database tell each other at once what changes: postgres, or redis://... (also Valkey). Empty: PostgreSQL itself."`
	TrustedProxies []string `name:"trusted-proxies" env:"PARLEY_TRUSTED_PROXIES" help:"Addresses or CIDRs of reverse proxies whose X-Forwarded headers count."`
	OutboundAllow  []string `name:"outbound-allow" env:"PARLEY_OUTBOUND_ALLOW" help:"Hosts, addresses or CIDRs that may be called although they are private."`
}

// Proxies parses TrustedProxies.
func (s Server) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, p := range s.TrustedProxies {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if a, err := netip.ParseAddr(p); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		n, err := netip.ParsePrefix(p)
		if err != nil {
			return nil, fmt.Errorf("PARLEY_TRUSTED_PROXIES: %q is not an address or a CIDR", p)
		}
		out = append(out, n)
	}
	return out, nil
}

// FilesDir is the folder for attachments.
func (d Data) FilesDir() (string, error) {
	switch scheme, _, is := strings.Cut(d.Files, "://"); {
	case d.Files == "":
		return filepath.Join(d.Dir, "files"), nil
	case is:
		return "", fmt.Errorf("PARLEY_FILES: %s:// is not built in; give a folder, which may be a mounted share", scheme)
	}
	return d.Files, nil
}

// BusURL is the address of the bus for servers on a database; empty when the
// server is alone. The error repeats no password.
func (s Server) BusURL(database string) (string, error) {
	scheme, _, is := strings.Cut(s.Bus, "://")
	switch {
	case s.Bus == "":
		return database, nil
	case s.Bus == "postgres" && database == "":
		return "", errors.New("PARLEY_BUS: postgres needs PARLEY_DATABASE to be a PostgreSQL address. With SQLite one server runs alone; leave PARLEY_BUS empty")
	case s.Bus == "postgres":
		return database, nil
	case is && (scheme == "redis" || scheme == "rediss" || scheme == "valkey" || scheme == "valkeys"):
		return s.Bus, nil
	}
	return "", fmt.Errorf("PARLEY_BUS is %q, which is none that is known; it is empty, postgres, or looks like redis://user:password@host:6379", harmless(s.Bus))
}

// harmless is an address without what may be a password in it.
func harmless(address string) string {
	scheme, rest, is := strings.Cut(address, "://")
	if is {
		scheme += "://"
	} else {
		scheme, rest = "", address
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = "..." + rest[i:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	return scheme + rest
}

// minSecret is the shortest secret that is accepted, in characters.
const minSecret = 32

// HasKey reports whether there is a secret without making one.
func (d Data) HasKey() bool {
	_, err := os.Stat(d.keyFile())
	return d.Secret != "" || err == nil
}

func (d Data) keyFile() string { return filepath.Join(d.Dir, "secret") }

// Key returns the secret, making and keeping one on the first start.
func (d Data) Key() ([]byte, error) {
	if d.Secret != "" {
		if len(d.Secret) < minSecret {
			return nil, fmt.Errorf("PARLEY_SECRET has %d characters and needs at least %d", len(d.Secret), minSecret)
		}
		return []byte(d.Secret), nil
	}
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	path := d.keyFile()
	b, err := os.ReadFile(path)
	if err == nil {
		if b = []byte(strings.TrimSpace(string(b))); len(b) < minSecret {
			return nil, fmt.Errorf("%s is damaged: it has %d characters and needs at least %d; restore it from your backup, without it stored tokens cannot be read", path, len(b), minSecret)
		}
		return b, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the secret cannot be read: %w", err)
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	key := hex.EncodeToString(raw)
	if err := writeNew(path, key+"\n"); err != nil {
		return nil, fmt.Errorf("the secret cannot be kept: %w", err)
	}
	return []byte(key), nil
}

// writeNew writes a file that must not exist, and syncs it: losing the secret
// would lose every stored token.
func writeNew(path, text string) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Sync()
}
