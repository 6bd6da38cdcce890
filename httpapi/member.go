package httpapi

import (
	"cmp"
	"time"

	"parley/desk"
)

// Member is a person who works in the workspace.
type Member struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Role    Role   `json:"role"`
	Removed bool   `json:"removed" doc:"Left the workspace; kept so that what they wrote has an author."`
	Version int64  `json:"version" doc:"Grows with every change; an older state that arrives late is dropped by it."`
}

// EncodeMember brings a member into the form of the API.
func EncodeMember(m desk.Member) Member {
	return Member{ID: m.ID.String(), Name: m.Name, Email: m.Email, Role: Role(m.Role), Removed: !m.RemovedAt.IsZero(), Version: m.Version}
}

// Team is a group of members and the channels that it answers.
type Team struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	MemberIDs  []string `json:"member_ids"`
	ChannelIDs []string `json:"channel_ids"`
}

// EncodeTeam brings a team into the form of the API.
func EncodeTeam(t desk.Team) Team {
	return Team{ID: t.ID.String(), Name: t.Name, MemberIDs: encodeAll(t.Members, desk.ID.String), ChannelIDs: encodeAll(t.Channels, desk.ID.String)}
}

// Me is the signed-in member.
type Me struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Email       string    `json:"email"`
	Role        Role      `json:"role"`
	Permissions []string  `json:"permissions"`
	Settings    Settings  `json:"settings"`
	Workspace   Workspace `json:"workspace"`
	ServerTime  time.Time `json:"server_time" doc:"Count time left from this, not from the browser's clock."`
	ChangesUpto int64     `json:"changes_upto" doc:"Number of the workspace's last change before this answer; a socket resumes from here."`
	Demo        bool      `json:"demo" doc:"This server is a demonstration."`
	Version     int64     `json:"version" doc:"Grows with every change of the member."`
}

// Settings are a member's own choices.
type Settings struct {
	Language *string `json:"language" doc:"en, sk or pt-BR; null follows the browser."`
	Theme    string  `json:"theme" enum:"system,light,dark"`
	Density  string  `json:"density" enum:"comfortable,compact"`
	Sound    bool    `json:"sound" doc:"Whether a new message makes a sound."`
	Notify   string  `json:"notify" enum:"mine,mine_and_unassigned,none" doc:"Of which conversations the browser tells."`
	Quiet    bool    `json:"quiet" doc:"No sound and no notification for now."`
}

// Workspace is one business.
type Workspace struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Settings WorkspaceSettings `json:"settings"`
}

// WorkspaceSettings are the choices of a workspace.
type WorkspaceSettings struct {
	WarnBeforeSeconds int64 `json:"warn_before_seconds" doc:"A window that closes sooner is shown as closing."`
}

const (
	themeSystem        = "system"
	densityComfortable = "comfortable"
	notifyDefault      = "mine_and_unassigned"
	warnBeforeDefault  = 2 * time.Hour
)

func encodeSettings(s desk.MemberSettings) Settings {
	return Settings{
		Language: orNil(s.Language), Theme: cmp.Or(s.Theme, themeSystem), Density: cmp.Or(s.Density, densityComfortable),
		Sound: s.Sound, Notify: cmp.Or(s.Notify, notifyDefault), Quiet: s.Quiet,
	}
}

func encodeWorkspace(w desk.Workspace) Workspace {
	return Workspace{ID: w.ID.String(), Name: w.Name, Settings: WorkspaceSettings{
		WarnBeforeSeconds: int64(cmp.Or(w.Settings.WarnBefore, warnBeforeDefault) / time.Second),
	}}
}
