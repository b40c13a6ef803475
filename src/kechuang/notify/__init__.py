"""Messages (消息): what happened and what a person must do, through one outbox: in-app, e-mail, SMS, WeCom, DingTalk."""
