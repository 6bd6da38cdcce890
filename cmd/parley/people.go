package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"parley/config"
	"parley/desk"
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
	Password  string `help:"Password of at least 10 characters. Without one the member cannot sign in with a password."`
	Workspace string `help:"Name or id of the workspace; needed when there are several."`
}

func (c userAddCommand) Run(ctx context.Context, log *slog.Logger) error {
	return perform(ctx, c.Data, log, controlCall{User: &c.userAdd})
}

func (u userAdd) run(ctx context.Context, d *desk.Desk) (string, error) {
	n := desk.NewMember{Email: u.Email, Name: u.Name, Role: desk.Role(u.Role), Password: u.Password}
	all, err := d.Reader().Workspaces(ctx)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		if n.Role != desk.Owner {
			return "", desk.Invalid("role", "There is no workspace yet, so the first member must be its owner.")
		}
		name := u.Workspace
		if name == "" {
			name = "My workspace"
		}
		w, m, err := d.CreateWorkspace(ctx, name, n, true)
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
