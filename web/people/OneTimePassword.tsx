import { Alert, Modal, Typography } from 'antd';

/** What is shown once: the name to sign in with and the one-time password. */
export function OneTimePassword({
  username,
  oneTimePassword,
  onClose,
}: {
  username: string;
  oneTimePassword: string;
  onClose: () => void;
}) {
  return (
    <Modal
      open
      title="账号与一次性密码"
      okText="已记下"
      cancelButtonProps={{ style: { display: 'none' } }}
      onOk={onClose}
      onCancel={onClose}
    >
      <Alert type="warning" showIcon title="密码只在此显示一次，请当面交给本人；首次登录须修改。" />
      <p>
        用户名：<Typography.Text copyable>{username}</Typography.Text>
      </p>
      <p>
        一次性密码：
        <Typography.Text copyable code data-testid="one-time-password">
          {oneTimePassword}
        </Typography.Text>
      </p>
    </Modal>
  );
}
