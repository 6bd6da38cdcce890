package store

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"parley/desk"
)

// sealer encrypts columns with AES-256-GCM. A sealed value is
//
//	version (1) | key id (4) | nonce (12) | ciphertext and tag
//
// and is bound to its place: copied into another row or column it does not open.
// The first key seals; the others only open, so that a key can be changed.
type sealer struct{ keys []sealKey }

type sealKey struct {
	id   [keyID]byte
	aead cipher.AEAD
}

const (
	sealVersion = 1
	keyID       = 4
	sealHead    = 1 + keyID
)

func newSealer(secrets ...[]byte) (*sealer, error) {
	s := &sealer{}
	for _, secret := range secrets {
		if len(secret) == 0 {
			continue
		}
		key, err := hkdf.Key(sha256.New, secret, nil, "parley seal key", 32)
		if err != nil {
			return nil, err
		}
		id, err := hkdf.Key(sha256.New, secret, nil, "parley seal key id", keyID)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		s.keys = append(s.keys, sealKey{[keyID]byte(id), aead})
	}
	return s, nil
}

func boundTo(table string, row desk.ID, column string) []byte {
	return fmt.Appendf(nil, "%s/%d/%s", table, row, column)
}

var errNoSecret = errors.New("there is no secret to encrypt with; set PARLEY_SECRET")

func (s *sealer) seal(plain []byte, table string, row desk.ID, column string) ([]byte, error) {
	if len(s.keys) == 0 {
		return nil, errNoSecret
	}
	k := s.keys[0]
	nonce := make([]byte, k.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	out := append([]byte{sealVersion}, k.id[:]...)
	out = append(out, nonce...)
	return k.aead.Seal(out, nonce, plain, boundTo(table, row, column)), nil
}

func (s *sealer) open(sealed []byte, table string, row desk.ID, column string) ([]byte, error) {
	if len(sealed) < sealHead || sealed[0] != sealVersion {
		return nil, errors.New("the encrypted value is damaged")
	}
	for _, k := range s.keys {
		if !bytes.Equal(k.id[:], sealed[1:sealHead]) {
			continue
		}
		rest := sealed[sealHead:]
		if len(rest) < k.aead.NonceSize() {
			return nil, errors.New("the encrypted value is damaged")
		}
		plain, err := k.aead.Open(nil, rest[:k.aead.NonceSize()], rest[k.aead.NonceSize():], boundTo(table, row, column))
		if err != nil {
			return nil, errors.New("the encrypted value is damaged or belongs elsewhere")
		}
		return plain, nil
	}
	return nil, errors.New("the value was encrypted with another secret; start with the PARLEY_SECRET that this data was made with")
}
