package password

import (
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/argon2"
)

func TestHashAndVerify(t *testing.T) {
	h := New()
	hash, err := h.Hash("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %q, want argon2id with 19 MiB, 2 passes, 1 lane", hash)
	}
	if !h.Verify(hash, "correct horse battery") {
		t.Error("the right password does not verify")
	}
	for _, wrong := range []string{"", "correct horse", "Correct horse battery", "correct horse battery\x00"} {
		if h.Verify(hash, wrong) {
			t.Errorf("%q verifies", wrong)
		}
	}
	again, err := h.Hash("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if again == hash {
		t.Error("two hashes of one password are equal: the salt does not change")
	}
}

func TestVerifyOlderCost(t *testing.T) {
	h := New()
	salt := []byte("0123456789abcdef")
	c := cost{memory: 64, time: 1, threads: 1}
	old := encode(c, salt, argon2.IDKey([]byte("a password"), salt, c.time, c.memory, c.threads, 32))
	if !h.Verify(old, "a password") {
		t.Error("a hash made with other costs does not verify")
	}
}

func TestVerifyDamaged(t *testing.T) {
	h := New()
	good, err := h.Hash("a password")
	if err != nil {
		t.Fatal(err)
	}
	for name, hash := range map[string]string{
		"empty":       "",
		"plain text":  "a password",
		"bcrypt":      "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i":     strings.Replace(good, "argon2id", "argon2i", 1),
		"old version": strings.Replace(good, "v=19", "v=16", 1),
		"huge memory": strings.Replace(good, "m=19456", "m=4294967295", 1),
		"no passes":   strings.Replace(good, "t=2", "t=0", 1),
		"no lanes":    strings.Replace(good, "p=1", "p=0", 1),
		"no hash":     good[:strings.LastIndex(good, "$")+1],
		"cut":         good[:len(good)-3],
		"bad salt":    strings.Replace(good, "p=1$", "p=1$!", 1),
		"dummy":       h.dummy,
	} {
		if h.Verify(hash, "a password") {
			t.Errorf("%s: %q verifies", name, hash)
		}
		if h.Verify(hash, "") {
			t.Errorf("%s: %q verifies an empty password", name, hash)
		}
	}
}

func TestEmptyHashCostsAsMuch(t *testing.T) {
	h := newHasher(1)
	c, salt, hash, ok := decode(h.dummy)
	if !ok || c != present || len(salt) != saltSize || len(hash) != hashSize {
		t.Errorf("the hash that stands in for a missing one costs %+v, want %+v", c, present)
	}
}

func TestOnlySoManyAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(1)
		h.slots <- struct{}{} // as if one were being computed
		done := make(chan bool, 3)
		for range 3 {
			go func() { done <- h.Verify("", "x") }()
		}
		synctest.Wait()
		if len(done) != 0 {
			t.Errorf("%d passwords were computed beside the first", len(done))
		}
		<-h.slots
		for range 3 {
			<-done
		}
	})
}
