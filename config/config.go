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
	Secret   string `name:"secret" env:"PARLEY_SECRET" help:"Key that encrypts stored tokens, at least 32 characters. Empty: one is made and kept in the data folder."`
}

// Server says how the server is reached and whom it may call.
type Server struct {
	Listen         string   `name:"listen" env:"PARLEY_LISTEN" default:"127.0.0.1:8080" help:"Address to listen on."`
	PublicURL      string   `name:"public-url" env:"PARLEY_PUBLIC_URL" help:"Address at which people and providers reach the server, such as https://desk.example.com."`
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
