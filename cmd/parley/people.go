package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"parley/config"
	"parley/desk"
	"parley/store"
)

type userCommand struct {
	Add userAddCommand `cmd:"" help:"Add a member. Creates the first workspace when there is none."`
}

type userAddCommand struct {
	config.Data
	userAdd
}

// userAdd is the input of "user add".
type userAdd struct {
	Email     string `required:"" help:"E-mail address to sign in with."`
	Name      string `required:"" help:"Name that colleagues see."`
	Role      string `required:"" enum:"owner,admin,supervisor,agent" help:"One of owner, admin, supervisor, agent."`
	Password  string `env:"PARLEY_PASSWORD" xor:"password" help:"Password of at least 10 characters. Without it a terminal is asked for one."`
	Without   bool   `name:"no-password" xor:"password" help:"Add a member who cannot sign in with a password, such as one for API tokens."`
	Workspace string `help:"Name or id of the workspace; needed when there are several."`
}

func (c userAddCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	if c.Password == "" && !c.Without {
		if c.Password, err = askPassword(ctx, os.Stdin, os.Stderr, c.Email); err != nil {
			return err
		}
	}
	// What is refused makes no database.
	if _, err := os.Stat(filepath.Join(c.Dir, store.File)); c.Database == "" && errors.Is(err, fs.ErrNotExist) {
		if err := c.checkFirst(); err != nil {
			return err
		}
	}
	return perform(ctx, c.Data, log, controlCall{User: &c.userAdd})
}

// askPassword reads a password twice from a terminal, which does not show it.
func askPassword(ctx context.Context, from *os.File, to io.Writer, email string) (string, error) {
	fd := int(from.Fd())
	shows, err := term.GetState(fd)
	if err != nil {
		return "", desk.Invalid("password", "Give one with --password or PARLEY_PASSWORD; this is no terminal that could be asked. --no-password adds a member who cannot sign in with one.")
	}
	type answer struct {
		text []byte
		err  error
	}
	ask := func(question string) (string, error) {
		if _, err := fmt.Fprint(to, question); err != nil {
			return "", err
		}
		got := make(chan answer, 1)
		go func() {
			text, err := term.ReadPassword(fd)
			got <- answer{text, err}
		}()
		select {
		case a := <-got:
			_, err := fmt.Fprintln(to)
			return string(a.text), errors.Join(a.err, err)
		case <-ctx.Done(): // an interrupt would leave the terminal mute
			return "", errors.Join(errors.New("interrupted; nobody was added"), term.Restore(fd, shows))
		}
	}
	first, err := ask(fmt.Sprintf("Password for %s, at least 10 characters: ", email))
	if err != nil {
		return "", err
	}
	again, err := ask("Once more: ")
	if err == nil && first != again {
		err = desk.Invalid("password", "The two are not the same. Nobody was added.")
	}
	return first, err
}

func (u userAdd) member() desk.NewMember {
	return desk.NewMember{Email: u.Email, Name: u.Name, Role: desk.Role(u.Role), Password: u.Password}
}

// firstWorkspace is the name of the first workspace.
func (u userAdd) firstWorkspace() string {
	if u.Workspace == "" {
		return "My workspace"
	}
	return u.Workspace
}

// checkFirst says what speaks against making this member the first.
func (u userAdd) checkFirst() error {
	switch {
	case desk.Role(u.Role) != desk.Owner:
		return desk.Invalid("role", "There is no workspace yet, so the first member must be its owner.")
	case u.Password == "":
		return desk.Invalid("password", "There is no workspace yet, and its first owner must be able to sign in. Give a password with --password or PARLEY_PASSWORD.")
	}
	return desk.CheckWorkspace(u.firstWorkspace(), u.member())
}

func (u userAdd) run(ctx context.Context, d *desk.Desk) (string, error) {
	n := u.member()
	all, err := d.Reader().Workspaces(ctx)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		if err := u.checkFirst(); err != nil {
			return "", err
		}
		w, m, err := d.CreateWorkspace(ctx, u.firstWorkspace(), n, true)
		return fmt.Sprintf("Created the workspace %q with its owner %s.\n", w.Name, m.Email), err
	}
	w, err := chooseWorkspace(all, u.Workspace)
	if err != nil {
		return "", err
	}
	m, err := d.AddMember(ctx, desk.Operator(w.ID), n)
	return fmt.Sprintf("Added %s to the workspace %q as %s.\n", m.Email, w.Name, m.Role), err
}

func chooseWorkspace(all []desk.Workspace, wanted string) (desk.Workspace, error) {
	if wanted == "" && len(all) == 1 {
		return all[0], nil
	}
	for _, w := range all {
		if w.Name == wanted || w.ID.String() == wanted {
			return w, nil
		}
	}
	if wanted == "" {
		return desk.Workspace{}, desk.Invalid("workspace", "There are %d workspaces. Name one with --workspace.", len(all))
	}
	return desk.Workspace{}, desk.Invalid("workspace", "There is no workspace %q.", wanted)
}

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make an API token with a member's rights and print it once, as the last line."`
}

type tokenCreateCommand struct {
	config.Data
	tokenCreate
}

// tokenCreate is the input of "token create".
type tokenCreate struct {
	Email     string `required:"" help:"E-mail address of the member whose rights the token has."`
	Name      string `required:"" help:"What the token is for."`
	Workspace string `help:"Name or id of the workspace; needed when the member works in several."`
}

func (c tokenCreateCommand) Run(ctx context.Context, log *slog.Logger) error {
	if err := perform(ctx, c.Data, log, controlCall{Token: &c.tokenCreate}); err != nil {
		return err
	}
	_, err := fmt.Fprintln(os.Stderr, "Keep the token safe: it is shown only now. Send it as \"Authorization: Bearer ...\".")
	return err
}

func (t tokenCreate) run(ctx context.Context, d *desk.Desk) (string, error) {
	found, err := d.Reader().MembersByEmail(ctx, strings.ToLower(strings.TrimSpace(t.Email)))
	if err != nil {
		return "", err
	}
	all, err := d.Reader().Workspaces(ctx)
	if err != nil {
		return "", err
	}
	var mine []desk.Workspace
	members := map[desk.ID]desk.Member{}
	for _, m := range found {
		for _, w := range all {
			if w.ID == m.Workspace && m.RemovedAt.IsZero() {
				mine, members[w.ID] = append(mine, w), m
			}
		}
	}
	if len(mine) == 0 {
		return "", desk.Invalid("email", "Nobody with the address %q works here.", t.Email)
	}
	w, err := chooseWorkspace(mine, t.Workspace)
	if err != nil {
		return "", err
	}
	_, value, err := d.CreateToken(ctx, members[w.ID], t.Name)
	return value + "\n", err
}
