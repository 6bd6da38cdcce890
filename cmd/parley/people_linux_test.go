package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"parley/config"
)

// terminal is a new pseudo-terminal: what a person types and sees, and the end
// that a program reads.
func terminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	person = os.NewFile(uintptr(fd), "ptmx")
	t.Cleanup(func() { person.Close() })
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	if program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// mute waits until a terminal does not show what is typed.
func mute(program *os.File) bool {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); runtime.Gosched() {
		if m, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS); err != nil || m.Lflag&unix.ECHO == 0 {
			return err == nil
		}
	}
	return false
}

func TestATerminalIsAskedForThePasswordAndDoesNotShowIt(t *testing.T) {
	for again, ok := range map[string]bool{"long enough for all": true, "something else": false} {
		person, program := terminal(t)
		seen := make(chan string, 1)
		go func() {
			var all strings.Builder
			r := bufio.NewReader(person)
			for _, text := range []string{"long enough for all", again} {
				shown, err := r.ReadString(':')
				all.WriteString(shown)
				if err != nil {
					break
				}
				if !mute(program) {
					t.Error("the terminal still shows what is typed")
					program.Close() // or the question waits for ever
					break
				}
				fmt.Fprintln(person, text)
			}
			seen <- all.String()
		}()
		got, err := askPassword(t.Context(), program, program, "ann@example.com")
		if (err == nil) != ok || ok && got != again {
			t.Errorf("typed again as %q: %q, %v", again, got, err)
		}
		if shown := <-seen; strings.Contains(shown, "enough for all") || !strings.Contains(shown, "ann@example.com") {
			t.Errorf("the terminal shows %q", shown)
		}
	}
}

func TestWithoutATerminalTheErrorNamesTheFlag(t *testing.T) {
	dir := dataDir(t)
	for name, c := range map[string]struct {
		add  userAdd
		word string
	}{
		"no password":               {userAdd{Role: "owner"}, "--password or PARLEY_PASSWORD"},
		"an owner without":          {userAdd{Role: "owner", Without: true}, "must be able to sign in"},
		"a short password":          {userAdd{Role: "owner", Password: "short"}, "between 10 and 200"},
		"the first is no owner":     {userAdd{Role: "agent", Password: "long enough for all"}, "must be its owner"},
		"no password among members": {userAdd{Role: "owner", Workspace: "made"}, "--password or PARLEY_PASSWORD"},
	} {
		c.add.Email, c.add.Name = "bo@example.com", "Bo"
		in := dir
		if c.add.Workspace == "made" {
			in, c.add.Workspace = made(t), ""
		}
		err := userAddCommand{config.Data{Dir: in}, c.add}.Run(t.Context(), quiet())
		if err == nil || !strings.Contains(say(err), c.word) {
			t.Errorf("%s: %v, want %q in it", name, err, c.word)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("refused commands left %v, %v", left, err)
	}
}
