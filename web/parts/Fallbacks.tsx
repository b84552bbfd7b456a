import { Button } from 'antd';
import { Nothing } from './Nothing.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';

/** An address that leads nowhere. */
export const NotFound = () => (
  <main className="shell-main" id="main">
    <Nothing title="没有找到这个页面">
      <p>网址可能有误，或者内容已被移除。请从首页重新进入。</p>
      <Button type="primary" href="/">
        回到我的年度
      </Button>
    </Nothing>
  </main>
);

/** A page that broke: what is the matter, and the two things that help. */
export const PageError = ({ error }: { error: unknown }) => (
  <main className="shell-main" id="main">
    <div className="stack">
      <ProblemNotice error={error} />
      <div className="row">
        <Button
          type="primary"
          onClick={() => {
            window.location.reload();
          }}
        >
          刷新页面
        </Button>
        <Button href="/">回到我的年度</Button>
      </div>
    </div>
  </main>
);
