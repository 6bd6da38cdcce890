import actions from "./actions.json";
import app from "./app.json";
import chats from "./chats.json";
import errors from "./errors.json";
import settings from "./settings.json";
import signIn from "./sign_in.json";
import ui from "./ui.json";

export default { actions, app, chats, errors, settings, sign_in: signIn, ui };
