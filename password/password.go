// Package password keeps passwords as argon2id hashes in PHC form
// ($argon2id$v=19$m=…,t=…,p=…$salt$hash).
//
// Each hash takes 19 MiB, so no more than one per core is computed at a time:
// a flood of sign-ins waits instead of taking all memory.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is what one hash takes: OWASP's first choice for argon2id ("Password
// Storage Cheat Sheet", 2026).
type cost struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

var present = cost{memory: 19 * 1024, time: 2, threads: 1}

const (
	saltSize = 16
	hashSize = 32
)

// Hasher hashes and verifies passwords. It implements desk.Passwords.
type Hasher struct {
	slots chan struct{}
	dummy string
}

// New makes a Hasher that computes as many hashes at a time as there are cores.
func New() *Hasher { return newHasher(runtime.GOMAXPROCS(0)) }

func newHasher(slots int) *Hasher {
	return &Hasher{
		slots: make(chan struct{}, slots),
		dummy: encode(present, make([]byte, saltSize), make([]byte, hashSize)),
	}
}

// Hash returns the PHC form of a password with a new salt.
func (h *Hasher) Hash(password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt for a password: %w", err)
	}
	return encode(present, salt, h.key(password, salt, present, hashSize)), nil
}

// Verify reports whether the password is the one that was hashed. An empty or
// damaged hash matches nothing and takes as long as a real one, so that the time
// does not tell whether somebody has an account.
func (h *Hasher) Verify(hash, password string) bool {
	c, salt, want, ok := decode(hash)
	if !ok {
		c, salt, want, _ = decode(h.dummy)
	}
	got := h.key(password, salt, c, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && ok
}

func (h *Hasher) key(password string, salt []byte, c cost, size uint32) []byte {
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, size)
}

func encode(c cost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads, b64(salt), b64(hash))
}

// decode reads the PHC form. Costs far above ours are refused: whoever can write
// a hash must not be able to stop the server with it.
func decode(s string) (c cost, salt, hash []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return cost{}, nil, nil, false
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return cost{}, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return cost{}, nil, nil, false
	}
	if c.memory < 8 || c.memory > 256*1024 || c.time < 1 || c.time > 16 || c.threads < 1 {
		return cost{}, nil, nil, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return cost{}, nil, nil, false
	}
	hash, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(hash) < 16 || len(hash) > 64 {
		return cost{}, nil, nil, false
	}
	return c, salt, hash, true
}
