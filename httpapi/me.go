package httpapi

import (
	"context"
	"errors"

	"parley/desk"
)

func (s *API) getMe(ctx context.Context, a desk.Actor, _ *struct{}) (Me, error) {
	return s.me(ctx, a.Member)
}

func (s *API) me(ctx context.Context, m desk.Member) (Me, error) {
	r := s.cfg.Desk.Reader()
	w, err := r.WorkspaceByID(ctx, m.Workspace)
	if err != nil {
		return Me{}, err
	}
	_, upto, err := r.ChangeRange(ctx, m.Workspace)
	return Me{
		ID: m.ID.String(), Name: m.Name, Email: m.Email, Role: Role(m.Role),
		Permissions: encodeAll(m.Role.Permissions(), func(p desk.Permission) string { return string(p) }),
		Settings:    encodeSettings(m.Settings), Workspace: encodeWorkspace(w),
		ServerTime: s.cfg.Desk.Now(), ChangesUpto: upto, Demo: s.cfg.Demo != nil, Version: m.Version,
	}, err
}

// MeUpdate changes what is given and leaves the rest.
type MeUpdate struct {
	Name        *string         `json:"name,omitempty"`
	Settings    *SettingsUpdate `json:"settings,omitempty"`
	Password    *string         `json:"password,omitempty" maxLength:"800" doc:"A new password ends all other sessions."`
	OldPassword string          `json:"old_password,omitempty" maxLength:"800" doc:"The present password; needed for a new one."`

	RevokeTokens bool `json:"revoke_tokens,omitempty" doc:"End all my API tokens, such as when somebody else may know the password."`
}

// SettingsUpdate changes what is given and leaves the rest.
type SettingsUpdate struct {
	Language *string `json:"language,omitempty" enum:"en,sk,pt-BR," doc:"Empty follows the browser."`
	Theme    *string `json:"theme,omitempty" enum:"system,light,dark"`
	Density  *string `json:"density,omitempty" enum:"comfortable,compact"`
	Sound    *bool   `json:"sound,omitempty"`
	Notify   *string `json:"notify,omitempty" enum:"mine,mine_and_unassigned,none"`
	Quiet    *bool   `json:"quiet,omitempty"`
}

func (u SettingsUpdate) apply(s desk.MemberSettings) desk.MemberSettings {
	set(&s.Language, u.Language)
	set(&s.Theme, u.Theme)
	set(&s.Density, u.Density)
	set(&s.Sound, u.Sound)
	set(&s.Notify, u.Notify)
	set(&s.Quiet, u.Quiet)
	return s
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (s *API) updateMe(ctx context.Context, a desk.Actor, in *struct{ Body MeUpdate }) (Me, error) {
	u := desk.UpdateSelf{Name: in.Body.Name, Password: in.Body.Password, Old: in.Body.OldPassword, RevokeTokens: in.Body.RevokeTokens}
	if in.Body.Settings != nil {
		settings := in.Body.Settings.apply(a.Member.Settings)
		u.Settings = &settings
	}
	if !a.Token {
		u.Keep = a.Session
	}
	key := "password of " + a.Member.ID.String()
	if u.Password != nil {
		if err := take(s.signIns, key); err != nil {
			return Me{}, err
		}
	}
	m, err := s.cfg.Desk.UpdateSelf(ctx, a, u)
	if u.Password != nil && !errors.Is(err, desk.ErrOldPassword) {
		s.signIns.giveBack(key)
	}
	if err != nil {
		return Me{}, err
	}
	return s.me(ctx, m)
}
