import actions from "./actions.json";
import app from "./app.json";
import chats from "./chats.json";
import conversation from "./conversation.json";
import demo from "./demo.json";
import errors from "./errors.json";
import search from "./search.json";
import settings from "./settings.json";
import signIn from "./sign_in.json";
import ui from "./ui.json";

export default {
  actions,
  app,
  chats,
  conversation,
  demo,
  errors,
  settings,
  sign_in: signIn,
  search,
  ui,
};
