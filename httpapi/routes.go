package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/desk"
)

const (
	socketPath = "/ws"
	streamPath = "/api/v1/changes"
)

// routes is every way in. The members' app is not here: it answers GET for
// whatever no route has (web.go).
func (s *API) routes() []Route {
	const (
		get, post, patch, remove = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	)
	return []Route{
		{Method: get, Path: "/healthz", Access: public, Summary: "Whether the process serves", attach: raw(s.healthz)},
		{Method: get, Path: "/readyz", Access: public, Summary: "Whether requests should come here", attach: raw(s.readyz)},
		{Method: get, Path: "/metrics", Access: public, Summary: "Figures for monitoring, for the machine itself and for admins", attach: raw(s.serveMetrics)},
		{Method: get, Path: "/hooks/{key}", Access: byHook, Summary: "The provider's test of a hook's address", attach: raw(s.verifyHook)},
		{Method: post, Path: "/hooks/{key}", Access: byHook, Summary: "A provider's hook", attach: raw(s.receiveHook), takes: takesHook},
		{Method: get, Path: socketPath, Access: may(desk.MayRead), Summary: "Changes as they happen", attach: raw(s.serveSocket)},
		{Method: get, Path: "/api/openapi.json", Access: public, Summary: "This document", attach: raw(s.serveDocument)},
		{Method: get, Path: "/api/docs", Access: public, Summary: "This document for people", attach: raw(s.serveDocs)},

		{Method: get, Path: streamPath, Access: may(desk.MayRead), ID: "stream-changes", Summary: "Changes as they happen, for those whose proxies let no WebSocket through", attach: raw(s.serveStream, describeStream)},

		{Method: get, Path: "/api/v1/setup", Access: public, ID: "get-setup", Summary: "What a visitor who is not signed in sees first", attach: ok(s.getSetup)},
		{Method: post, Path: "/api/v1/setup", Access: public, ID: "create-setup", Summary: "Make the first workspace and its owner, and sign in", attach: answer(http.StatusCreated, s.createSetup)},

		{Method: get, Path: "/api/v1/sessions", Access: may(desk.MaySeeSelf), ID: "list-sessions", Summary: "Where I am signed in", attach: ok(s.listSessions)},
		{Method: post, Path: "/api/v1/sessions", Access: public, ID: "create-session", Summary: "Sign in", attach: answer(http.StatusCreated, s.createSession)},
		{Method: remove, Path: "/api/v1/sessions/{id}", Access: may(desk.MaySeeSelf), ID: "delete-session", Summary: "Sign out; the id current is the caller's own session", attach: answer(http.StatusNoContent, s.deleteSession)},
		{Method: get, Path: "/api/v1/me", Access: may(desk.MaySeeSelf), ID: "get-me", Summary: "Who I am and what I may do", attach: ok(s.getMe)},
		{Method: patch, Path: "/api/v1/me", Access: may(desk.MaySeeSelf), ID: "update-me", Summary: "Change my name, settings or password", attach: ok(s.updateMe), keyless: true},
		{Method: get, Path: "/api/v1/tokens", Access: may(desk.MaySeeSelf), ID: "list-tokens", Summary: "My API tokens", attach: ok(s.listTokens)},
		{Method: post, Path: "/api/v1/tokens", Access: may(desk.MaySeeSelf), ID: "create-token", Summary: "Make an API token with my rights", attach: created(s.createToken)},
		{Method: remove, Path: "/api/v1/tokens/{id}", Access: may(desk.MaySeeSelf), ID: "delete-token", Summary: "Revoke an API token of mine", attach: done(s.deleteToken)},

		{Method: get, Path: "/api/v1/members", Access: may(desk.MaySeeSelf), ID: "list-members", Summary: "Who works here, those who left included", attach: ok(s.listMembers)},
		{Method: post, Path: "/api/v1/members", Access: may(desk.MayManagePeople), ID: "create-member", Summary: "Add a member", attach: created(s.createMember)},
		{Method: patch, Path: "/api/v1/members/{id}", Access: may(desk.MayManagePeople), ID: "update-member", Summary: "Change another member's name, role or password", attach: ok(s.updateMember), keyless: true},
		{Method: remove, Path: "/api/v1/members/{id}", Access: may(desk.MayManagePeople), ID: "delete-member", Summary: "Remove a member; their sessions and tokens end, and their conversations become unassigned", attach: done(s.deleteMember)},
		{Method: get, Path: "/api/v1/teams", Access: may(desk.MaySeeSelf), ID: "list-teams", Summary: "Teams with their members, and those of their channels that I may see", attach: ok(s.listTeams)},
		{Method: post, Path: "/api/v1/teams", Access: may(desk.MayManagePeople), ID: "create-team", Summary: "Make a team; its channels are then seen by its members only", attach: created(s.createTeam)},
		{Method: patch, Path: "/api/v1/teams/{id}", Access: may(desk.MayManagePeople), ID: "update-team", Summary: "Rename a team, or change its members or channels", attach: ok(s.updateTeam)},
		{Method: remove, Path: "/api/v1/teams/{id}", Access: may(desk.MayManagePeople), ID: "delete-team", Summary: "Delete a team; channels that no other team has claimed are then seen by everybody", attach: done(s.deleteTeam)},

		{Method: get, Path: "/api/v1/connections", Access: may(desk.MayConnect), ID: "list-connections", Summary: "Accounts at providers", attach: ok(s.listConnections)},
		{Method: post, Path: "/api/v1/connections", Access: may(desk.MayConnect), ID: "create-connection", Summary: "Connect an account; nobody is called", attach: created(s.createConnection)},
		{Method: get, Path: "/api/v1/connections/{id}", Access: may(desk.MayConnect), ID: "get-connection", Summary: "One account", attach: ok(s.getConnection)},
		{Method: patch, Path: "/api/v1/connections/{id}", Access: may(desk.MayConnect), ID: "update-connection", Summary: "Change an account; secrets that are not given stay", attach: ok(s.updateConnection)},
		{Method: post, Path: "/api/v1/connections/{id}/test", Access: may(desk.MayConnect), ID: "test-connection", Summary: "Ask the provider whether the account works, and which input is wrong if not; for 360dialog also register the hook address", attach: ok(s.testConnection)},
		{Method: remove, Path: "/api/v1/connections/{id}", Access: may(desk.MayConnect), ID: "delete-connection", Summary: "Disconnect an account with its numbers; conversations stay, nothing is sent or received, and its access token is forgotten", attach: done(s.deleteConnection)},
		{Method: get, Path: "/api/v1/channels", Access: may(desk.MayRead), ID: "list-channels", Summary: "Channels that I may see, those that were disconnected included", attach: ok(s.listChannels)},
		{Method: remove, Path: "/api/v1/channels/{id}", Access: may(desk.MayConnect), ID: "delete-channel", Summary: "Disconnect a number; its conversations stay, nothing is sent or received, and it goes on when it is connected again", attach: done(s.deleteChannel)},

		{Method: get, Path: "/api/v1/conversations", Access: may(desk.MayRead), ID: "list-conversations", Summary: "Conversations of a view", attach: ok(s.listConversations)},
		{Method: get, Path: "/api/v1/conversations/{id}", Access: may(desk.MayRead), ID: "get-conversation", Summary: "One conversation", attach: ok(s.getConversation)},
		{Method: remove, Path: "/api/v1/conversations/{id}", Access: may(desk.MayDelete), ID: "delete-conversation", Summary: "Delete for good; the customer's next message starts another", attach: done(s.deleteConversation)},
		{Method: post, Path: "/api/v1/conversations/{id}/close", Access: may(desk.MayManage), ID: "close-conversation", Summary: "Close until the customer writes again", attach: ok(s.act(changing((*desk.Desk).Close)))},
		{Method: post, Path: "/api/v1/conversations/{id}/reopen", Access: may(desk.MayManage), ID: "reopen-conversation", Summary: "Take back into the open ones", attach: ok(s.act(changing((*desk.Desk).Reopen)))},
		{Method: post, Path: "/api/v1/conversations/{id}/assign", Access: may(desk.MayManage), ID: "assign-conversation", Summary: "Give to a member, or to nobody", attach: ok(s.assignConversation)},
		{Method: post, Path: "/api/v1/conversations/{id}/snooze", Access: may(desk.MayManage), ID: "snooze-conversation", Summary: "Hide until a time, or until the customer writes", attach: ok(s.snoozeConversation)},
		{Method: post, Path: "/api/v1/conversations/{id}/read", Access: may(desk.MayManage), ID: "read-conversation", Summary: "Mark as read; the customer's ticks turn blue", attach: ok(s.act(changing((*desk.Desk).MarkRead)))},
		{Method: post, Path: "/api/v1/conversations/{id}/typing", Access: may(desk.MayReply), ID: "show-typing", Summary: "Let the customer see that somebody is writing; also marks as read", attach: ok(s.act((*desk.Desk).ShowTyping))},
		{Method: post, Path: "/api/v1/conversations/{id}/no_reply_needed", Access: may(desk.MayManage), ID: "no-reply-needed", Summary: "The customer does not wait any more", attach: ok(s.act(changing((*desk.Desk).NoReplyNeeded)))},
		{Method: post, Path: "/api/v1/conversations/{id}/needs_reply", Access: may(desk.MayManage), ID: "needs-reply", Summary: "The customer still waits", attach: ok(s.act(changing((*desk.Desk).NeedsReply)))},

		{Method: get, Path: "/api/v1/conversations/{id}/messages", Access: may(desk.MayRead), ID: "list-messages", Summary: "The timeline, the latest first", attach: ok(s.listMessages)},
		{Method: post, Path: "/api/v1/conversations/{id}/messages", Access: may(desk.MayReply), ID: "create-message", Summary: "Send a message; it is stored now and leaves in its turn", attach: created(s.createMessage), keeps: true},
		{Method: post, Path: "/api/v1/conversations/{id}/notes", Access: may(desk.MayReply), ID: "create-note", Summary: "Add a note that no customer sees", attach: created(s.createNote), keeps: true},
		{Method: post, Path: "/api/v1/messages/{id}/cancel", Access: may(desk.MayReply), ID: "cancel-message", Summary: "Take back a message that has not left", attach: ok(s.cancelMessage)},
		{Method: post, Path: "/api/v1/messages/{id}/retry", Access: may(desk.MayReply), ID: "retry-message", Summary: "Send a failed message again", attach: ok(s.retryMessage)},
		{Method: get, Path: "/api/v1/messages/{id}/info", Access: may(desk.MaySeeInfo), ID: "get-message-info", Summary: "What went between us and the provider about a message", attach: ok(s.getMessageInfo)},

		{Method: post, Path: uploadPath, Access: may(desk.MayReply), ID: "upload-file", Summary: "Upload a file to send", attach: raw(s.uploadFile, describeUpload), keyless: true, takes: takesFile},
		{Method: get, Path: "/api/v1/files/{id}", Access: may(desk.MayRead), ID: "get-file", Summary: "About a file", attach: ok(s.getFile)},
		{Method: get, Path: "/api/v1/files/{id}/content", Access: may(desk.MayRead), ID: "get-file-content", Summary: "A file's bytes", attach: raw(s.serveContent, describeBytes)},
		{Method: get, Path: "/api/v1/files/{id}/preview", Access: may(desk.MayRead), ID: "get-file-preview", Summary: "A small image of a file", attach: raw(s.servePreview, describeBytes)},

		{Method: get, Path: "/api/v1/contacts", Access: may(desk.MayRead), ID: "list-contacts", Summary: "Contacts that I may see, or those with a text", attach: ok(s.listContacts)},
		{Method: get, Path: "/api/v1/contacts/{id}", Access: may(desk.MayRead), ID: "get-contact", Summary: "A contact with its addresses and conversations", attach: ok(s.getContact)},
		{Method: patch, Path: "/api/v1/contacts/{id}", Access: may(desk.MayEditContacts), ID: "update-contact", Summary: "Change a contact's name or note", attach: ok(s.updateContact)},
		{Method: get, Path: "/api/v1/search", Access: may(desk.MayRead), ID: "search", Summary: "Contacts and messages with a text", attach: ok(s.search)},
		{Method: get, Path: "/api/v1/counters", Access: may(desk.MayRead), ID: "get-counters", Summary: "The numbers beside the views", attach: ok(s.getCounters)},

		{Method: get, Path: "/api/v1/hooks", Access: may(desk.MaySeeHooks), ID: "list-hooks", Summary: "Providers' deliveries and their fates, the latest first", attach: ok(s.listHooks)},
		{Method: get, Path: "/api/v1/hooks/{id}", Access: may(desk.MaySeeHooks), ID: "get-hook", Summary: "One delivery with its raw body and what became of each part", attach: ok(s.getHook)},
		{Method: post, Path: "/api/v1/hooks/{id}/replay", Access: may(desk.MayReplayHooks), ID: "replay-hook", Summary: "Apply a delivery again; nothing happens twice, and what was applied stays so", attach: done(s.replayHook)},

		{Method: get, Path: "/api/v1/demo", Access: public, ID: "get-demo", Summary: "What this demonstration offers", attach: ok(s.getDemo), demo: true},
		{Method: post, Path: "/api/v1/demo/sign_in", Access: public, ID: "demo-sign-in", Summary: "Be a member of the demonstration", attach: answer(http.StatusCreated, s.demoSignIn), demo: true},
		{Method: post, Path: "/api/v1/demo/clock", Access: may(desk.MaySeeSelf), ID: "demo-clock", Summary: "Move the clock of the demonstration forward", attach: ok(s.demoClock), demo: true},
	}
}

func (s *API) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.cfg.Realtime.ServeWS(w, r, callOf(r.Context()).actor)
}

func (s *API) serveStream(w http.ResponseWriter, r *http.Request) {
	s.cfg.Realtime.ServeSSE(w, r, callOf(r.Context()).actor)
}

func describeStream(op *huma.Operation) {
	op.Parameters = append(op.Parameters,
		&huma.Param{
			Name: "from", In: "query", Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64"},
			Description: "The last change that the caller has considered, such as changes_upto of /api/v1/me: what came after is told first, or a reset.",
		},
		&huma.Param{
			Name: "Last-Event-ID", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "The same, as browsers send it by themselves; it wins over from.",
		})
	op.Responses["200"] = &huma.Response{
		Description: "The frames of the WebSocket at " + socketPath + ", one per event. The caller cannot speak: it counts as online, and has no conversation open.",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
}
