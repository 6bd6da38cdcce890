package desk

import (
	"slices"
	"time"
)

// Workspace is one business.
type Workspace struct {
	ID        ID
	Name      string
	Settings  WorkspaceSettings
	CreatedAt time.Time
}

// WorkspaceSettings are the choices of a workspace.
type WorkspaceSettings struct {
	WarnBefore          time.Duration `json:"warn_before"`           // amber and alerts before a window closes; 0 means 2 h
	ReactionOpensWindow bool          `json:"reaction_opens_window"` // undocumented by Meta, so off
}

// Role of a member: a named set of permissions.
type Role string

const (
	Owner      Role = "owner"
	Admin      Role = "admin"
	Supervisor Role = "supervisor"
	Agent      Role = "agent"
)

// Member is a person who works in a workspace.
type Member struct {
	ID           ID
	Workspace    ID
	Email        string // lower case, unique in the workspace
	Name         string
	Role         Role
	PasswordHash string // argon2id in PHC form; "" means no password login
	Settings     MemberSettings
	CreatedAt    time.Time
	RemovedAt    time.Time
	Version      int64
}

// MemberSettings are a member's own choices. Empty values mean the browser's.
type MemberSettings struct {
	Language string `json:"language,omitempty"` // "en", "sk", "pt-BR"
	Theme    string `json:"theme,omitempty"`    // "light", "dark"
	Density  string `json:"density,omitempty"`  // "compact"
	Sound    bool   `json:"sound,omitempty"`
	Notify   string `json:"notify,omitempty"` // "mine", "mine_and_unassigned", "none"
	Quiet    bool   `json:"quiet,omitempty"`  // no sound, no browser notification
}

// Team is a group of members and the channels that it answers.
type Team struct {
	ID        ID
	Workspace ID
	Name      string
	Members   []ID
	Channels  []ID
}

// Permission names one thing that a role may do. Each route of the API asks for
// exactly one.
type Permission string

const (
	MaySeeSelf      Permission = "self"
	MayRead         Permission = "conversations.read"
	MayReply        Permission = "conversations.reply"
	MayManage       Permission = "conversations.manage" // assign, close, snooze, mark
	MayDelete       Permission = "conversations.delete"
	MayEditContacts Permission = "contacts.edit"
	MaySeeInfo      Permission = "messages.info" // provider's request and answer (L20)
	MayConnect      Permission = "connections.manage"
	MaySeeHooks     Permission = "hooks.read"
	MayReplayHooks  Permission = "hooks.replay"
	MayManagePeople Permission = "members.manage"
)

var agentMay = []Permission{MaySeeSelf, MayRead, MayReply, MayManage, MayEditContacts}

var permissions = map[Role][]Permission{
	Agent:      agentMay,
	Supervisor: append(slices.Clone(agentMay), MayDelete),
	Admin:      append(slices.Clone(agentMay), MayDelete, MaySeeInfo, MayConnect, MaySeeHooks, MayReplayHooks, MayManagePeople),
	Owner:      append(slices.Clone(agentMay), MayDelete, MaySeeInfo, MayConnect, MaySeeHooks, MayReplayHooks, MayManagePeople),
}

// Valid reports whether the role exists.
func (r Role) Valid() bool { return permissions[r] != nil }

// May reports whether the role has the permission.
func (r Role) May(p Permission) bool { return slices.Contains(permissions[r], p) }

// Permissions lists what the role may do.
func (r Role) Permissions() []Permission { return slices.Clone(permissions[r]) }

// Scope is what a reader may see. Every list, search, file, counter and frame
// takes one.
type Scope struct {
	Workspace ID
	Member    ID
	All       bool // every channel of the workspace
	Channels  []ID // else these, sorted
}

// Sees reports whether the channel lies in the scope.
func (s Scope) Sees(channel ID) bool {
	if s.All {
		return true
	}
	_, ok := slices.BinarySearch(s.Channels, channel)
	return ok
}

// scopeOf computes what a member may see: owners and admins everything; others
// the channels of their teams and those that no team has claimed.
func scopeOf(m Member, teams []Team, channels []ID) Scope {
	s := Scope{Workspace: m.Workspace, Member: m.ID}
	if m.Role == Owner || m.Role == Admin {
		s.All = true
		return s
	}
	claimed, mine := map[ID]bool{}, map[ID]bool{}
	for _, t := range teams {
		for _, c := range t.Channels {
			claimed[c] = true
			if slices.Contains(t.Members, m.ID) {
				mine[c] = true
			}
		}
	}
	for _, c := range channels {
		if mine[c] || !claimed[c] {
			s.Channels = append(s.Channels, c)
		}
	}
	slices.Sort(s.Channels)
	return s
}

// Actor is who makes a request: a signed-in member with what they may see.
type Actor struct {
	Member  Member
	Scope   Scope
	Session ID // the session or token in use
	Token   bool
}

// Operator is whoever may type commands on the server's machine: an owner who is
// no member.
func Operator(workspace ID) Actor {
	return Actor{Member: Member{Workspace: workspace, Role: Owner}, Scope: Scope{Workspace: workspace, All: true}}
}

// Session is a signed-in browser; Token is a program's key. Only hashes are
// stored.
type Session struct {
	ID        ID
	Workspace ID
	Member    ID
	Hash      []byte // SHA-256 of the cookie's value
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	IP        string
	Agent     string // the browser as it names itself
}

// Token is a program's key to the API with its member's rights.
type Token struct {
	ID        ID
	Workspace ID
	Member    ID
	Name      string
	Hash      []byte
	CreatedAt time.Time
	UsedAt    time.Time
	RevokedAt time.Time
}
